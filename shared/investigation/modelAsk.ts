/** One exchange of a turn, within the budget: every way in which it gives no usable answer ends here. */
import { AppError } from "../domain/errors.ts";
import type { ChatMessage, ChatReply, ChatRequest } from "../schemas/modelExchanges.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { SessionBudget } from "../schemas/sessionBudgets.ts";
import type { Claim, Evidence, Report } from "../schemas/sessions.ts";
import {
  contextTokens,
  exchangeCost,
  exchangeMs,
  requestTokens,
  shortage,
  spentTogether,
} from "./modelBudget.ts";
import type { CallContext } from "./modelCalls.ts";
import { isTainted, withheld } from "./modelFence.ts";
import type { Opening } from "./modelPrompts.ts";
import { degraded, type ModelState } from "./modelState.ts";
import type { NewStep } from "./slice.ts";

export interface TurnInput {
  /** As it is set up now: a change holds from the next turn. `undefined` when it was removed. */
  record: ModelRecord | undefined;
  budget: SessionBudget;
  state: ModelState;
  /** The conversation so far; empty before it began. */
  transcript: readonly ChatMessage[];
  opening: Opening;
  /** The rules' and the model's claims after their check: what judgements rest on. */
  claims: readonly Claim[];
  floor: Report;
  calls: CallContext;
  /** Asks the model, or answers with what is stored of the same question in the same turn. */
  exchange(
    turn: number,
    record: ModelRecord,
    request: ChatRequest,
    timeoutMs: number,
  ): Promise<{ reply: ChatReply; promptHash: string }>;
}

export interface TurnResult {
  steps: NewStep[];
  evidence: Evidence[];
  queries: number;
  state: ModelState;
  transcript: readonly ChatMessage[];
  /** Seconds before the turn may be done again, because the workspace asked to wait; absent: it is done. */
  waitSeconds?: number;
}

type Asked = { reply: ChatReply; state: ModelState; step: NewStep } | { over: TurnResult };

/** One exchange within the budget; every way in which it gives no usable answer ends the turn here. */
export async function askModel(
  input: TurnInput,
  record: ModelRecord,
  { messages, ...rest }: ChatRequest,
): Promise<Asked> {
  const { state, budget, calls } = input;
  const shown = state.withheld ? messages.map(withoutPreviews) : messages;
  const request: ChatRequest = { messages: shown, ...rest };
  const now = calls.deps.clock.now();
  const short = shortage(budget, state, request, record.prices, now);
  if (short !== undefined) return { over: ended(input, outOf(state, short)) };
  const turn = state.turn + 1;
  let answer: Awaited<ReturnType<TurnInput["exchange"]>>;
  try {
    answer = await input.exchange(turn, record, request, exchangeMs(budget, state, now));
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith("model-")) throw error;
    const after = PAID_UNSEEN.has(error.code) ? charged(state, request, record) : state;
    return { over: ended(input, degraded(after, error.code, error.detail)) };
  }
  const { reply, promptHash } = answer;
  const cost = exchangeCost(request, reply, record.prices);
  const after: ModelState = {
    ...state,
    turn,
    spent: spentTogether(state.spent, cost),
    tainted: state.tainted || shown.some(({ content }) => content !== null && isTainted(content)),
  };
  const room = contextTokens(record, request.max_output_tokens);
  const step = stepOf(input, { request, reply, cost, room, turn, promptHash, record });
  if (reply.finish === "content_filter") return { over: filtered(input, after, step) };
  if (reply.finish === "refusal") {
    return {
      over: ended(
        input,
        degraded(after, "model-refused", "The model refused to answer."),
        undefined,
        [step],
      ),
    };
  }
  return { reply, state: after, step };
}

/** Failures after which the endpoint may charge for an answer that nobody saw. */
const PAID_UNSEEN: ReadonlySet<string> = new Set([
  "model-timeout",
  "model-too-large",
  "model-broken-off",
]);

/** The state with the exchange as we count it: a cost that is not known is no zero. */
function charged(state: ModelState, request: ChatRequest, { prices }: ModelRecord): ModelState {
  const unseen = { text: null, tool_calls: [], usage: null };
  return { ...state, spent: spentTogether(state.spent, exchangeCost(request, unseen, prices)) };
}

/** Attack text trips filters: once it is tried again without any of it. */
function filtered(input: TurnInput, state: ModelState, step: NewStep): TurnResult {
  if (state.withheld) {
    const reason =
      "The model's content filter refused the evidence, also without the values from logs.";
    return ended(input, degraded(state, "model-filtered", reason), undefined, [step]);
  }
  const summary = `${step.summary} Its content filter refused; values from logs are withheld and it is asked once more.`;
  return idle(input, { ...state, withheld: true }, [{ ...step, summary }]);
}

function withoutPreviews(message: ChatMessage): ChatMessage {
  if (message.role === "assistant") {
    const { content } = message;
    return { ...message, content: content === null ? null : withheld(content) };
  }
  return { ...message, content: withheld(message.content) };
}

export const outOf = (state: ModelState, what: string): ModelState =>
  degraded(state, "budget-exhausted", `The model was stopped: ${what}.`);

/** The turn that changes nothing but the state. */
export const idle = (input: TurnInput, state: ModelState, steps: NewStep[] = []): TurnResult => ({
  steps: [...steps, ...(state.degraded === null ? [] : [endStep(input, state.degraded.reason)])],
  evidence: [],
  queries: 0,
  state,
  transcript: input.transcript,
});

export const ended = (
  input: TurnInput,
  state: ModelState,
  transcript: readonly ChatMessage[] = input.transcript,
  steps: NewStep[] = [],
): TurnResult => ({ ...idle(input, state, steps), transcript });

const endStep = ({ calls }: TurnInput, reason: string): NewStep => ({
  stage: "evidence_assessment",
  kind: "decision",
  summary: `The rules' report stands. ${reason}`,
  duration_ms: 0,
  at: calls.deps.clock.now().toISOString(),
});

interface Told {
  request: ChatRequest;
  reply: ChatReply;
  cost: ReturnType<typeof exchangeCost>;
  room: number;
  turn: number;
  promptHash: string;
  record: ModelRecord;
}

function stepOf(input: TurnInput, told: Told): NewStep {
  const { request, reply, cost, room, turn, promptHash, record } = told;
  const names = [...new Set(reply.tool_calls.map(({ name }) => name))].slice(0, 5);
  const asks = names.length === 0 ? "" : `, asked for ${names.join(", ").slice(0, 120)}`;
  const used = requestTokens(request);
  return {
    stage: input.state.phase === "judging" ? "evidence_assessment" : "execution",
    kind: "model",
    summary: `Turn ${turn} of ${record.model_name}: about ${used} of ${room} tokens of context${asks}.`,
    duration_ms: 0,
    model: {
      name: record.model_name,
      turn,
      input_tokens: cost.input_tokens,
      output_tokens: cost.output_tokens,
      context_tokens: room,
      usd: cost.usd,
      usd_kind: cost.usd_kind,
      prompt_hash: promptHash,
    },
    at: input.calls.deps.clock.now().toISOString(),
  };
}
