/** Request bodies up to the limit of the real host. */
import type { IncomingMessage } from "node:http";

/** The real host answers a larger body with 500. */
const BODY_BYTES_MAX = 100 * 1024 * 1024;

/** The whole body. Undefined when it is larger than the limit; it is then read to its end without being kept. */
export async function readBody(
  request: IncomingMessage,
  announced: number,
): Promise<Buffer | undefined> {
  const isTooLarge = announced > BODY_BYTES_MAX;
  const kept: Buffer[] = [];
  for await (const chunk of piecesOf(request)) if (!isTooLarge) kept.push(chunk);
  if (isTooLarge) return undefined;
  const [first] = kept;
  return kept.length === 1 && first !== undefined ? first : Buffer.concat(kept);
}

/**
 * The body as it arrives. Past the limit `refuse` is called and the rest is read without being handed on, so that the
 * connection is not cut under a client that is still sending.
 */
export async function* readChunks(
  request: IncomingMessage,
  refuse: () => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of piecesOf(request)) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) yield chunk;
  }
  if (bytes <= BODY_BYTES_MAX) return;
  refuse();
  throw new Error("The body is larger than 100 MiB.");
}

/**
 * Without an encoding set, the pieces of a request are buffers. A function that stops reading must not end the
 * connection on which its answer is still to be sent.
 */
const piecesOf = (request: IncomingMessage): AsyncIterable<Buffer> =>
  request.iterator({ destroyOnReturn: false });
