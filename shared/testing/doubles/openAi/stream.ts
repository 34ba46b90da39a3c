/** The double's answers as events of a stream, in all the ways in which endpoints send them, and fail to. */
import type { ServerResponse } from "node:http";

/** How a stream goes wrong, or only oddly. Default: a stream as it should be, in small pieces. */
export type StreamForm =
  /** Cut anywhere: within characters and within events. */
  | "split"
  /** With Azure's first event, which has no choice, and without a count of tokens. */
  | "azure"
  /** Ends after half of the answer, without a word. */
  | "truncated"
  /** The whole answer, but neither usage nor [DONE], and the connection stays open. */
  | "open"
  /** An error object after half of the answer. */
  | "error"
  /** The limit is reached after half of the answer. */
  | "limited"
  /** The filter minds the second half. */
  | "filtered"
  /** An error of the filter after half of the answer. */
  | "filter-error"
  /** Half of the answer, then nothing. */
  | "stalled"
  /** An event every few milliseconds, with remarks between them. */
  | "drip"
  /** Lines that are no events, remarks, and events that mean nothing here. */
  | "garbage"
  /** Half of the answer, then an event that is no JSON. */
  | "no-json"
  /** Breaks the connection after half of the answer. */
  | "disconnect";

export interface Whole {
  model: string;
  content: string | null;
  refusal?: string;
  tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[];
  finish: string;
  usage: object | null;
}

const PIECE = 7;
/** Long answers come in larger pieces. */
const LONG_PIECE = 10_000;
const DRIP_MS = 40;

const pieces = (text: string): string[] => {
  const length = text.length > LONG_PIECE ? LONG_PIECE : PIECE;
  return text.match(new RegExp(`[^]{1,${length}}`, "gu")) ?? [];
};

/** The deltas of an answer, in order. */
function deltasOf({ content, refusal, tool_calls = [] }: Whole): object[] {
  const calls = tool_calls.flatMap(({ id, function: { name, arguments: text } }, index) => [
    { tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] },
    ...pieces(text).map((part) => ({ tool_calls: [{ index, function: { arguments: part } }] })),
  ]);
  return [
    { role: "assistant", content: content === null ? null : "" },
    ...pieces(content ?? "").map((part) => ({ content: part })),
    ...pieces(refusal ?? "").map((part) => ({ refusal: part })),
    ...calls,
  ];
}

const event = (data: object | string): string =>
  `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

const FAILURES: Readonly<Partial<Record<StreamForm, object>>> = {
  error: { error: { message: "The server had an error.", type: "server_error", code: null } },
  limited: { error: { message: "Too many.", type: "tokens", code: "rate_limit_exceeded" } },
  "filter-error": { error: { message: "Filtered.", code: "content_filter" } },
};

/** The events of the answer in the form, as text; the rest is in how they are sent. */
function eventsOf(whole: Whole, form: StreamForm | undefined): string[] {
  const { model } = whole;
  const chunk = (choices: object[], more: object = {}) =>
    event({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model,
      choices,
      ...more,
    });
  const deltas = deltasOf(whole);
  const half = Math.ceil(deltas.length / 2);
  const isHalf = form !== undefined && HALVES.has(form);
  const sent = (isHalf ? deltas.slice(0, half) : deltas).map((delta) =>
    chunk([{ index: 0, delta, finish_reason: null }]),
  );
  if (form === "azure") {
    const prompt_filter_results = [{ prompt_index: 0, content_filter_results: {} }];
    sent.unshift(event({ id: "", model: "", choices: [], prompt_filter_results }));
  }
  const failure = form === undefined ? undefined : FAILURES[form];
  if (failure !== undefined) return [...sent, event(failure)];
  if (form === "no-json") return [...sent, 'data: {"choices": <html>\n\n'];
  const reason = form === "filtered" ? "content_filter" : whole.finish;
  const finish = chunk([{ index: 0, delta: {}, finish_reason: reason }]);
  if (form === "filtered") return [...sent, finish, event("[DONE]")];
  if (isHalf) return sent;
  const usage = whole.usage === null || form === "azure" ? [] : [chunk([], { usage: whole.usage })];
  return form === "open" ? [...sent, finish] : [...sent, finish, ...usage, event("[DONE]")];
}

const HALVES: ReadonlySet<StreamForm> = new Set([
  "truncated",
  "error",
  "limited",
  "filtered",
  "filter-error",
  "stalled",
  "no-json",
  "disconnect",
]);

/** Sends the answer as a stream; returns before the end where the form takes its time. */
export async function stream(
  response: ServerResponse,
  whole: Whole,
  form?: StreamForm,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const events = eventsOf(whole, form);
  if (form === "split") {
    const bytes = Buffer.from(events.join(""));
    for (let at = 0; at < bytes.length; at += PIECE) {
      response.write(bytes.subarray(at, at + PIECE));
      // Each piece is a packet of its own.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } else {
    for (const one of events) {
      if (form === "garbage")
        response.write(`: a remark\nretry: 10\nnonsense\n\n${event({ a: 1 })}`);
      if (form === "drip") {
        await new Promise((resolve) => setTimeout(resolve, DRIP_MS));
        response.write(": still here\n\n");
      }
      await written(response, one);
      if (response.destroyed) return;
    }
  }
  if (form === "disconnect") response.destroy();
  else if (form !== "stalled" && form !== "open") response.end();
}

/** Waits for a slow reader: what nobody reads is not sent. */
async function written(response: ServerResponse, text: string): Promise<void> {
  if (response.write(text) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      response.off("drain", go);
      response.off("close", go);
      resolve();
    };
    response.on("drain", go);
    response.on("close", go);
  });
}
