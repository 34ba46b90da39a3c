/** One turn of a model: one exchange, and what it asks for. What it leaves is committed before the next one begins. */
import type { ChatMessage, ChatRequest } from "../schemas/modelExchanges.ts";
import type { ModelRecord } from "../schemas/models.ts";
import { askModel, ended, idle, outOf, type TurnInput, type TurnResult } from "./modelAsk.ts";
import { contextTokens, JUDGEMENTS, requestTokens } from "./modelBudget.ts";
import { doCalls, type Done } from "./modelCalls.ts";
import { fitted } from "./modelContext.ts";
import { CUT_OFF, judgingMessages, NO_TOOL, openingMessages } from "./modelPrompts.ts";
import { degraded, Judged, type ModelState } from "./modelState.ts";
import { schemaOf, toolDefinitions } from "./modelTools.ts";
import type { NewStep } from "./slice.ts";

/** Answers that cannot be used, in all, before the model counts as unable. */
const INVALID_MAX = 5;
const OUTPUT_TOKENS = 4_000;
const JUDGEMENT_TOKENS = 1_500;

/** @throws what is neither a failure of the model nor of the workspace: the turn is then done again. */
export async function runModelTurn(input: TurnInput): Promise<TurnResult> {
  const { record, state } = input;
  if (record === undefined) {
    return ended(input, degraded(state, "model-unavailable", "The model was removed."));
  }
  if (state.phase === "finished") return frozen(input);
  if (state.phase === "judging") return await judgeOnce(input, record);
  return input.transcript.length === 0 ? opened(input, record) : await lookOnce(input, record);
}

/** What is asked first is committed before it is paid for: a turn that is done again asks the same. */
const opened = (input: TurnInput, { model_name }: ModelRecord): TurnResult => ({
  ...idle(input, input.state, [note(input, `The model ${model_name} looks at the evidence.`)]),
  transcript: openingMessages(input.opening),
});

/** From here on nothing is added to the evidence: all judgements are asked the same. */
const frozen = (input: TurnInput): TurnResult => ({
  ...idle(input, { ...input.state, phase: "judging" }),
  transcript: judgingMessages(
    input.opening.asked,
    input.claims,
    input.floor,
    input.opening.evidence,
  ),
});

const note = ({ calls }: TurnInput, summary: string): NewStep => ({
  stage: "execution",
  kind: "note",
  summary,
  duration_ms: 0,
  at: calls.deps.clock.now().toISOString(),
});

async function lookOnce(input: TurnInput, record: ModelRecord): Promise<TurnResult> {
  const { state, budget, transcript } = input;
  const isLast = state.turn + 1 >= budget.turns;
  const tools = toolDefinitions(isLast ? "finish" : undefined);
  if (state.turn >= budget.turns) {
    return ended(input, outOf(state, `its ${budget.turns} turns are over`));
  }
  const request: ChatRequest = {
    messages: roomFor(record, transcript, tools, OUTPUT_TOKENS),
    tools,
    max_output_tokens: OUTPUT_TOKENS,
    ...(state.tools_in_words && { tools_in_words: true }),
  };
  const asked = await askModel(input, record, request);
  if ("over" in asked) return asked.over;
  const { reply, step } = asked;
  const said: ChatMessage = {
    role: "assistant",
    content: reply.text,
    tool_calls: reply.tool_calls,
  };
  if (reply.tool_calls.length === 0 || reply.finish === "length") {
    const hint = reply.finish === "length" ? CUT_OFF : NO_TOOL;
    // A cut-off call has no arguments that could be answered.
    const left: ChatMessage = { ...said, content: reply.text ?? "", tool_calls: [] };
    const next: ChatMessage[] = [...transcript, left, { role: "user", content: hint }];
    const after = { ...asked.state, tools_in_words: asked.state.invalid > 0 };
    return { ...idle(input, unusable(after), [step]), transcript: next };
  }
  const done = await doCalls(input.calls, asked.state, reply.tool_calls);
  if (done.wait !== undefined) return waiting(input, done.queries, done.wait);
  const results = done.results.map(({ id, content }): ChatMessage => ({
    role: "tool",
    tool_call_id: id,
    content,
  }));
  return {
    steps: [step, ...done.steps],
    evidence: done.evidence,
    queries: done.queries,
    state: tooOften(done.state),
    transcript: [...transcript, said, ...results],
  };
}

/** Nothing of the turn is kept: it is done again with the model's stored answer, which is paid for once. */
const waiting = (
  input: TurnInput,
  queries: number,
  { seconds, step }: NonNullable<Done["wait"]>,
): TurnResult => ({
  ...idle(input, input.state, [step]),
  queries,
  waitSeconds: seconds,
});

/** Each judgement is an exchange of its own over the same evidence; nothing of another judgement is in it. */
async function judgeOnce(input: TurnInput, record: ModelRecord): Promise<TurnResult> {
  const { state, transcript } = input;
  const request: ChatRequest = {
    messages: roomFor(record, transcript, [], JUDGEMENT_TOKENS),
    tools: [],
    response_schema: { name: "judgement", schema: schemaOf(Judged) },
    max_output_tokens: JUDGEMENT_TOKENS,
    sample: state.judgements.length + 1,
  };
  const asked = await askModel(input, record, request);
  if ("over" in asked) return asked.over;
  const judged = asked.reply.finish === "length" ? undefined : readJudgement(asked.reply.text);
  if (judged === undefined) return idle(input, unusable(asked.state), [asked.step]);
  const judgements = [...asked.state.judgements, judged];
  const phase = judgements.length >= JUDGEMENTS ? ("done" as const) : ("judging" as const);
  const words = judged.verdict.replace("_", " ");
  const summary = `Judgement ${judgements.length} of ${JUDGEMENTS} over the same evidence says ${words}. ${asked.step.summary}`;
  const step: NewStep = { ...asked.step, summary };
  return idle(input, { ...asked.state, judgements, phase }, [step]);
}

function readJudgement(text: string | null): Judged | undefined {
  const from = text?.indexOf("{") ?? -1;
  if (text === null || from === -1) return undefined;
  try {
    const given: unknown = JSON.parse(text.slice(from, text.lastIndexOf("}") + 1));
    return Judged.safeParse(given).data;
  } catch {
    return undefined;
  }
}

function roomFor(
  record: ModelRecord,
  messages: readonly ChatMessage[],
  tools: ChatRequest["tools"],
  output: number,
): ChatMessage[] {
  const taken = requestTokens({ messages: [], tools, max_output_tokens: output });
  return fitted(messages, contextTokens(record, output) - taken);
}

const unusable = (state: ModelState): ModelState =>
  tooOften({ ...state, invalid: state.invalid + 1 });

const tooOften = (state: ModelState): ModelState =>
  state.invalid < INVALID_MAX
    ? state
    : degraded(
        state,
        "model-unusable",
        `The model gave ${state.invalid} answers that could not be used.`,
      );
