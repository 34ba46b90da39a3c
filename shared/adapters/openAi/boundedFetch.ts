/** The fetch under the client: no redirects with a key in hand, no answer without end. */

/** Longest answer that is read, in bytes; of a stream, the longest event. */
export const ANSWER_BYTES_MAX = 1_000_000;
/** Longest stream: each word of an answer comes in an event of some 300 bytes. */
const STREAM_BYTES_MAX = 16 * ANSWER_BYTES_MAX;
const NEW_LINE = 0x0a;

export class AnswerTooLarge extends Error {}

export const isEventStream = ({ headers }: Response): boolean =>
  headers.get("content-type")?.startsWith("text/event-stream") === true;

/**
 * Reads a whole answer, within the limit and the time of the signal, before anybody sees any of it. Streams of events are
 * handed on as they come and end with `AnswerTooLarge` where they pass the limit.
 * @param hasKey whether the request may carry an Authorization header; the client sends one in any case.
 * @param inner makes the request.
 */
export function createBoundedFetch(
  hasKey: boolean,
  signal: AbortSignal,
  inner: typeof fetch,
): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    if (!hasKey) headers.delete("authorization");
    const signals = [signal, ...(init?.signal == null ? [] : [init.signal])];
    const response = await inner(input, {
      ...init,
      headers,
      redirect: "manual",
      signal: AbortSignal.any(signals),
    });
    const { status, statusText } = response;
    const body = isEventStream(response)
      ? (response.body?.pipeThrough(bounded()) ?? null)
      : await boundedBody(response);
    const kept = new Headers(response.headers);
    // The body was decoded while it was read.
    kept.delete("content-encoding");
    kept.delete("content-length");
    return new Response(isEmptyStatus(status) ? null : body, { status, statusText, headers: kept });
  };
}

const isEmptyStatus = (status: number): boolean => status === 204 || status === 304;

/** Lets a stream through until it, or one line of it, is too long. */
function bounded(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let size = 0;
  let line = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength;
      const lineEnd = chunk.lastIndexOf(NEW_LINE);
      line = lineEnd === -1 ? line + chunk.byteLength : chunk.byteLength - lineEnd - 1;
      if (size > STREAM_BYTES_MAX || line > ANSWER_BYTES_MAX) throw new AnswerTooLarge();
      controller.enqueue(chunk);
    },
  });
}

async function boundedBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body !== null) {
    for await (const chunk of response.body) {
      size += chunk.byteLength;
      if (size > ANSWER_BYTES_MAX) throw new AnswerTooLarge();
      chunks.push(chunk);
    }
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
