/** What is asked before an exchange is paid for, and what it is said to have cost. */
import { expect, test } from "vitest";

import type { ChatRequest } from "../schemas/modelExchanges.ts";
import type { ModelPrices } from "../schemas/models.ts";
import type { SessionBudget, SessionSpent } from "../schemas/sessionBudgets.ts";
import { exchangeCost, exchangeMs, requestTokens, shortage, spentTogether } from "./modelBudget.ts";
import { newModelState } from "./modelState.ts";

const START = new Date("2026-01-15T12:00:00.000Z");
const after = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);
const REQUEST: ChatRequest = {
  messages: [{ role: "user", content: "x".repeat(3_000) }],
  tools: [],
  max_output_tokens: 500,
};
const NEXT = requestTokens(REQUEST);
const PRICES: ModelPrices = {
  input_per_million: 10,
  output_per_million: 40,
  cached_input_per_million: 1,
};
const BUDGET: SessionBudget = {
  turns: 5,
  seconds: 60,
  tokens: NEXT + 500 + 100,
  usd: 1,
  queries: 5,
  rows: 100,
};
const SPENT: SessionSpent = {
  exchanges: 1,
  input_tokens: 60,
  output_tokens: 40,
  usd: 0.5,
  usd_kind: "measured",
};

const short = (
  budget: Partial<SessionBudget>,
  {
    spent = SPENT,
    seconds = 1,
    prices = PRICES,
  }: { spent?: SessionSpent; seconds?: number; prices?: ModelPrices | null } = {},
) =>
  shortage(
    { ...BUDGET, ...budget },
    { ...newModelState(START), spent },
    REQUEST,
    prices,
    after(seconds),
  );

// What is spent cannot be taken back: the next exchange has to fit with all that it may take.
test("tokens: what was spent, the question and the longest answer fit, and not one less", () => {
  expect(short({})).toBeUndefined();
  expect(short({ tokens: BUDGET.tokens - 1 })).toContain("tokens");
});

test("money: what was spent, the question and the longest answer fit; without prices nothing is known", () => {
  const usd = 0.5 + (NEXT * 10 + 500 * 40) / 1_000_000;
  expect(short({ usd })).toBeUndefined();
  expect(short({ usd: usd - 0.000_001 })).toContain("US dollars");
  expect(short({ usd: 0 }, { prices: null })).toBeUndefined();
  expect(short({ usd: 0 }, { spent: { ...SPENT, usd: null } })).toBeUndefined();
});

test("seconds: the last one is not begun, and an exchange gets what is left of them", () => {
  expect(short({}, { seconds: 59.999 })).toBeUndefined();
  expect(short({}, { seconds: 60 })).toContain("60 seconds");
  const state = newModelState(START);
  expect(exchangeMs(BUDGET, state, after(50))).toBe(10_000);
  expect(exchangeMs({ ...BUDGET, seconds: 3_600 }, state, after(0))).toBe(90_000);
  expect(exchangeMs(BUDGET, state, after(70))).toBe(1);
});

const reply = (usage: Parameters<typeof exchangeCost>[1]["usage"], lost_tries?: number) => ({
  usage,
  text: "y".repeat(300),
  tool_calls: [],
  ...(lost_tries !== undefined && { lost_tries }),
});
const USAGE = { input_tokens: 1_000, cached_input_tokens: 400, output_tokens: 100 };

test("a cost is measured by what the endpoint counted, cached tokens at their own price", () => {
  expect(exchangeCost(REQUEST, reply(USAGE), PRICES)).toEqual({
    exchanges: 1,
    input_tokens: 1_000,
    output_tokens: 100,
    usd: (600 * 10 + 400 * 1 + 100 * 40) / 1_000_000,
    usd_kind: "measured",
  });
});

test("it is an estimate where the endpoint did not count, or tries broke off that may be charged for", () => {
  expect(exchangeCost(REQUEST, reply(null), PRICES)).toMatchObject({
    input_tokens: NEXT,
    usd_kind: "estimated",
  });
  expect(exchangeCost(REQUEST, reply(USAGE, 2), PRICES)).toMatchObject({
    input_tokens: 1_000 + 2 * NEXT,
    usd_kind: "estimated",
  });
});

// A false zero would say that it was free.
test("it is unknown without prices, and so is every sum with it; a sum is as sure as its parts", () => {
  const unknown = exchangeCost(REQUEST, reply(USAGE), null);
  expect(unknown).toMatchObject({ usd: null, usd_kind: "unknown" });
  expect(spentTogether(SPENT, unknown)).toMatchObject({ usd: null, usd_kind: "unknown" });
  const unpriced: SessionSpent = { ...SPENT, usd: null, usd_kind: "measured" };
  expect(spentTogether(SPENT, unpriced)).toMatchObject({ usd: null, usd_kind: "unknown" });
  const estimated: SessionSpent = { ...SPENT, usd: 0.25, usd_kind: "estimated" };
  expect(spentTogether(SPENT, estimated)).toEqual({
    exchanges: 2,
    input_tokens: 120,
    output_tokens: 80,
    usd: 0.75,
    usd_kind: "estimated",
  });
});
