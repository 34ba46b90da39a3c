/** What an exchange costs, and whether the budget has room for the next one: asked before it is paid for. */
import type { ChatMessage, ChatReply, ChatRequest } from "../schemas/modelExchanges.ts";
import type { ModelPrices, ModelRecord } from "../schemas/models.ts";
import type { SessionBudget, SessionSpent } from "../schemas/sessionBudgets.ts";
import type { ModelState } from "./modelState.ts";

/** Judgements over the same evidence. */
export const JUDGEMENTS = 3;
/** Characters of a token, on the careful side: KQL and JSON have shorter tokens than prose. */
const CHARACTERS_PER_TOKEN = 3;
/** What every message takes besides its text. */
const TOKENS_PER_MESSAGE = 8;
/** How long one exchange may take. */
const EXCHANGE_MS_MAX = 90_000;

export const tokensOf = (text: string): number => Math.ceil(text.length / CHARACTERS_PER_TOKEN);

export const messageTokens = (message: ChatMessage): number => {
  const calls = message.role === "assistant" ? JSON.stringify(message.tool_calls) : "";
  return tokensOf(`${message.content ?? ""}${calls}`) + TOKENS_PER_MESSAGE;
};

export const requestTokens = ({ messages, tools, response_schema }: ChatRequest): number =>
  messages.reduce((sum, message) => sum + messageTokens(message), 0) +
  tokensOf(JSON.stringify([tools, response_schema ?? null]));

/** What one exchange took: as the endpoint counted, or else as we count. Tries that broke off count as asked, at least. */
export function exchangeCost(
  request: ChatRequest,
  reply: Pick<ChatReply, "usage" | "text" | "tool_calls" | "lost_tries">,
  prices: ModelPrices | null,
): SessionSpent {
  const { usage, text, tool_calls, lost_tries = 0 } = reply;
  const lost = lost_tries * requestTokens(request);
  const input_tokens = (usage?.input_tokens ?? requestTokens(request)) + lost;
  const output_tokens =
    usage?.output_tokens ?? tokensOf(`${text ?? ""}${JSON.stringify(tool_calls)}`);
  const cached = usage?.cached_input_tokens ?? 0;
  const usd = prices === null ? null : priceOf(prices, input_tokens, cached, output_tokens);
  const usd_kind = usd === null ? "unknown" : usage === null || lost > 0 ? "estimated" : "measured";
  return { exchanges: 1, input_tokens, output_tokens, usd, usd_kind };
}

function priceOf(prices: ModelPrices, input: number, cached: number, output: number): number {
  const { input_per_million: fresh, output_per_million } = prices;
  const reused = prices.cached_input_per_million ?? fresh;
  return ((input - cached) * fresh + cached * reused + output * output_per_million) / 1_000_000;
}

const KINDS = ["measured", "estimated", "unknown"] as const;

/** Sums are as sure as their least sure part; an unknown part makes the sum unknown. */
export function spentTogether(a: SessionSpent, b: SessionSpent): SessionSpent {
  const kind = KINDS[Math.max(KINDS.indexOf(a.usd_kind), KINDS.indexOf(b.usd_kind))] ?? "unknown";
  const usd = a.usd === null || b.usd === null ? null : a.usd + b.usd;
  return {
    exchanges: a.exchanges + b.exchanges,
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    usd: usd === null ? null : Math.round(usd * 1e8) / 1e8,
    usd_kind: usd === null ? "unknown" : kind,
  };
}

/** Why the next exchange does not fit; `undefined` when it does. */
export function shortage(
  budget: SessionBudget,
  { spent, started_at }: ModelState,
  request: ChatRequest,
  prices: ModelPrices | null,
  now: Date,
): string | undefined {
  const seconds = (now.getTime() - Date.parse(started_at)) / 1000;
  if (seconds >= budget.seconds) return `its ${budget.seconds} seconds are over`;
  const next = requestTokens(request);
  const output = request.max_output_tokens;
  const tokens = spent.input_tokens + spent.output_tokens;
  if (tokens + next + output > budget.tokens) {
    return `the next exchange would need more than its ${budget.tokens} tokens`;
  }
  if (prices === null || spent.usd === null) return undefined;
  const usd = spent.usd + priceOf(prices, next, 0, output);
  return usd > budget.usd
    ? `the next exchange could cost more than its ${budget.usd} US dollars`
    : undefined;
}

/** How long the next exchange may take, in milliseconds. */
export function exchangeMs(budget: SessionBudget, { started_at }: ModelState, now: Date): number {
  const left = budget.seconds * 1000 - (now.getTime() - Date.parse(started_at));
  return Math.max(1, Math.min(EXCHANGE_MS_MAX, left));
}

/** How many tokens a request may have: what the model takes, less its answer, and never more than makes sense. */
export const contextTokens = ({ context_tokens }: ModelRecord, output: number): number =>
  Math.max(2_000, Math.min(context_tokens, 64_000) - output);
