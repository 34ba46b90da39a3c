/** A chat completion put together from the events of a stream: nothing of it is used before it is whole. */
import { z } from "zod";

import { atMost } from "../../ports/patience.ts";
import { ANSWER_BYTES_MAX, AnswerTooLarge } from "./boundedFetch.ts";

/** The stream ended, or was silent for too long, before the answer was whole. It may have to be paid for all the same. */
export class BrokenOff extends Error {
  /** Whether any of the answer had come. */
  readonly hasBegun: boolean;

  constructor(hasBegun: boolean, options?: ErrorOptions) {
    super("The answer broke off.", options);
    this.hasBegun = hasBegun;
  }
}

/** How long a whole answer waits for the count of its tokens, in milliseconds. */
const USAGE_WAIT_MS = 5_000;

const CallPart = z.looseObject({
  /** Endpoints that know one call at a time leave it out, or say 0 of each. */
  index: z.int().nonnegative().nullish(),
  id: z.string().nullish(),
  function: z
    .looseObject({
      name: z.string().nullish(),
      arguments: z
        .union([
          z.string(),
          z.record(z.string(), z.json()).transform((value) => JSON.stringify(value)),
        ])
        .nullish(),
    })
    .nullish(),
});
type CallPart = z.infer<typeof CallPart>;

/** Azure's first event has no choice, but what its filter found; the last one has none, but the usage. */
const Event = z.looseObject({
  model: z.string().catch(""),
  choices: z
    .array(
      z.looseObject({
        index: z.int().catch(0),
        finish_reason: z.string().nullish(),
        delta: z
          .looseObject({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(CallPart).nullish(),
          })
          .nullish(),
      }),
    )
    .catch([]),
  usage: z.json().nullish(),
});
type Event = z.infer<typeof Event>;

interface WholeCall {
  index: number | undefined;
  id: string;
  function: { name: string; arguments: string };
}

class Answer {
  #model = "";
  #content: string | null = null;
  #refusal: string | null = null;
  #finish: string | null = null;
  #usage: unknown = null;
  #hasBegun = false;
  #bytes = 0;
  readonly #calls: WholeCall[] = [];

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isWhole(): boolean {
    return this.#finish !== null;
  }

  /** @throws AnswerTooLarge. */
  add({ model, choices, usage }: Event): void {
    if (model !== "") this.#model = model;
    if (usage !== null && usage !== undefined) this.#usage = usage;
    for (const { index, delta, finish_reason } of choices) {
      if (index !== 0) continue;
      this.#hasBegun = true;
      this.#content = this.#joined(this.#content, delta?.content);
      this.#refusal = this.#joined(this.#refusal, delta?.refusal);
      for (const part of delta?.tool_calls ?? []) this.#addCall(part);
      this.#finish = finish_reason ?? this.#finish;
    }
  }

  /** In the shape of an answer that came whole. */
  completion(): unknown {
    const message = {
      content: this.#content,
      refusal: this.#refusal,
      tool_calls: this.#calls.map(({ id, function: of }) => ({ id, function: of })),
    };
    return {
      model: this.#model,
      choices: [{ finish_reason: this.#finish, message }],
      usage: this.#usage,
    };
  }

  #addCall({ index, id, function: of }: CallPart): void {
    const last = this.#calls.at(-1);
    const known = typeof index === "number" ? this.#calls.findLast(isAt(index)) : last;
    const isNext = known === undefined || (id != null && id !== "" && id !== known.id);
    const call = isNext
      ? { index: index ?? undefined, id: id ?? "call", function: { name: "", arguments: "" } }
      : known;
    if (isNext) this.#calls.push(call);
    if (of?.name != null && of.name !== "") call.function.name = of.name;
    call.function.arguments += this.#counted(of?.arguments ?? "");
  }

  #joined(before: string | null, piece: string | null | undefined): string | null {
    return typeof piece === "string" ? (before ?? "") + this.#counted(piece) : before;
  }

  #counted(piece: string): string {
    this.#bytes += Buffer.byteLength(piece);
    if (this.#bytes > ANSWER_BYTES_MAX) throw new AnswerTooLarge();
    return piece;
  }
}

const isAt =
  (index: number) =>
  (call: WholeCall): boolean =>
    call.index === index;

interface Reading {
  /** Longest silence within the answer. Before its first word only the exchange's own time counts: models think. */
  idleMs: number;
  /** Ends the exchange. */
  signal: AbortSignal;
  /** Closes the connection of a stream that is left before its end: one that hangs would stay open. */
  leave: () => void;
}

/**
 * Reads events until the answer is whole, and its count of tokens if that comes soon after.
 * @returns a chat completion; `undefined` when the stream held nothing of one.
 * @throws BrokenOff, AnswerTooLarge, and what the stream throws.
 */
export async function wholeAnswer(
  events: AsyncIterable<unknown>,
  { idleMs, signal, leave }: Reading,
): Promise<unknown> {
  const answer = new Answer();
  let isOver = false;
  const iterator = events[Symbol.asyncIterator]();
  try {
    for (;;) {
      const waitMs = answer.isWhole ? Math.min(idleMs, USAGE_WAIT_MS) : idleMs;
      const coming = iterator.next();
      // Silence is `undefined`.
      const next = await (answer.hasBegun ? atMost(waitMs, coming) : coming);
      signal.throwIfAborted();
      isOver = next?.done === true;
      if (next === undefined || isOver) break;
      const { data } = Event.safeParse(next.value);
      if (data !== undefined) answer.add(data);
    }
  } catch (error) {
    if (answer.isWhole) return answer.completion();
    if (signal.aborted || error instanceof AnswerTooLarge) throw error;
    throw new BrokenOff(answer.hasBegun, { cause: error });
  } finally {
    if (!isOver) leave();
  }
  if (answer.isWhole) return answer.completion();
  if (!answer.hasBegun) return undefined;
  throw new BrokenOff(true);
}
