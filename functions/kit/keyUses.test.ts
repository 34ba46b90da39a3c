import { expect, test } from "vitest";

import type { ApiKeyUse } from "../../shared/schemas/apiKeys.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { KeyUses } from "./keyUses.ts";

function counting({ isAway = false } = {}) {
  const deps = testDeps();
  const saved: [id: string, use: ApiKeyUse][] = [];
  const waiting: (() => void)[] = [];
  const uses = new KeyUses({
    deps,
    save: async (id, use) => {
      if (isAway) throw new Error("away");
      saved.push([id, use]);
    },
    later: (_ms, work) => waiting.push(work),
  });
  const pass = async () => {
    for (const work of waiting.splice(0)) work();
    await Promise.resolve();
  };
  return { deps, saved, uses, pass };
}

// A write with each request would cost more than many requests themselves.
test("a thousand uses within a minute are two writes that count a thousand", async () => {
  const { saved, uses, pass } = counting();
  for (let i = 0; i < 1000; i += 1) await uses.note("key_1", "203.0.113.9");
  expect(saved).toHaveLength(1);
  await pass();
  expect(saved.map(([, { days }]) => days)).toEqual([{ "2026-01-15": 1 }, { "2026-01-15": 999 }]);
});

test("keys wait apart from each other, and a quiet one is written at once again", async () => {
  const { deps, saved, uses, pass } = counting();
  await uses.note("key_1", undefined);
  await uses.note("key_2", undefined);
  await pass();
  deps.clock.set("2026-01-16T00:00:00.000Z");
  await uses.note("key_1", undefined);
  expect(saved.map(([id, { days }]) => [id, days])).toEqual([
    ["key_1", { "2026-01-15": 1 }],
    ["key_2", { "2026-01-15": 1 }],
    ["key_1", { "2026-01-16": 1 }],
  ]);
});

// The count is a courtesy: a store that is busy must not turn integrations away.
test("a use that cannot be written fails no request", async () => {
  const { deps, uses } = counting({ isAway: true });
  await uses.note("key_1", undefined);
  expect(deps.log.events()).toEqual(["api-key.use-lost"]);
});
