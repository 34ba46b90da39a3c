/** Who tries keys one after the other, and who works behind the same address. */
import { beforeEach, describe, expect, test } from "vitest";

import { plainKeys } from "../../local/workspace/testTenant.ts";
import { createKey } from "../../shared/testing/apiKeys.ts";
import { type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { edge } from "../edge.ts";
import { createSignIn } from "./signIn.ts";

const FROM = "203.0.113.7";
let deps: TestDeps;
let signIn: ReturnType<typeof createSignIn>;
let reads: number;

beforeEach(() => {
  deps = testDeps({ keys: plainKeys });
  reads = 0;
  const door = {
    ...edge,
    principalOf: (...of: Parameters<typeof edge.principalOf>) => {
      reads += 1;
      return edge.principalOf(...of);
    },
  };
  signIn = createSignIn(deps, door);
});

const attempt = async (key: string, from = FROM): Promise<string> => {
  const told: Record<string, string> = { "x-api-key": key, "x-forwarded-for": from };
  try {
    await signIn({ get: (name) => told[name] ?? null });
    return "open";
  } catch (error) {
    const { code, retryAfterSeconds } = Object(error);
    return retryAfterSeconds === undefined ? code : `${code} ${retryAfterSeconds}`;
  }
};
const guess = (n: number): string => `sk_live_${"0".repeat(26)}_${String(n).padStart(43, "A")}`;
const guesses = async (count: number, from?: string): Promise<string[]> => {
  const answers = [];
  for (let n = 0; n < count; n += 1) answers.push(await attempt(guess(n), from));
  return answers;
};

describe("from one address", () => {
  test("the first hundred and twenty of a minute are told why, more are told to wait, and a minute later it begins anew", async () => {
    const answers = await guesses(130);
    expect(new Set(answers.slice(0, 120))).toEqual(new Set(["unauthenticated"]));
    deps.clock.advance(20_000);
    expect(new Set(answers.slice(120))).toEqual(new Set(["rate-limited 60"]));
    expect(await attempt(guess(0))).toBe("rate-limited 40");
    deps.clock.advance(40_000);
    expect(await attempt(guess(0))).toBe("unauthenticated");
  });

  // A whole office comes from one address: one broken script must not lock out its SOAR.
  test("a key that opens is not refused for the failures of others", async () => {
    const { api_key } = await createKey(deps);
    await guesses(300);
    expect(await attempt(api_key)).toBe("open");
  });

  test("from ten times the limit on nothing is looked up but what opened lately: guessing costs the store no more", async () => {
    const { api_key } = await createKey(deps);
    const { api_key: fresh } = await createKey(deps, { name: "Fresh" });
    expect(await attempt(api_key)).toBe("open");
    await guesses(1_500);
    expect(reads).toBe(1 + 1_200);
    expect(await attempt(api_key)).toBe("open");
    expect(await attempt(fresh)).toBe("rate-limited 60");
    expect(await attempt(fresh, "198.51.100.4")).toBe("open");
  });

  // The text that opened lately must not stay open: it is looked up, not trusted.
  test("a key that was revoked meanwhile is refused", async () => {
    const { api_key, key_id } = await createKey(deps);
    expect(await attempt(api_key)).toBe("open");
    const set = { revoked_at: deps.clock.now().toISOString() };
    await deps.documents.batch("apiKeys", [key_id], [{ kind: "patch", id: "key", set }]);
    expect(await attempt(api_key)).toBe("unauthenticated");
  });

  // Its holder must read why, and is no guesser: only who has the secret gets so far.
  test("a revoked key is told so however many wrong ones came, and counts for none", async () => {
    const { api_key, key_id } = await createKey(deps);
    const set = { revoked_at: deps.clock.now().toISOString() };
    await deps.documents.batch("apiKeys", [key_id], [{ kind: "patch", id: "key", set }]);
    for (let n = 0; n < 150; n += 1) expect(await attempt(api_key)).toBe("unauthenticated");
    expect(await attempt(guess(1))).toBe("unauthenticated");
    await guesses(150);
    expect(await attempt(api_key)).toBe("unauthenticated");
  });
});

test("addresses count by themselves; a subscriber's IPv6 network is one", async () => {
  await guesses(121);
  expect(await attempt(guess(1), "198.51.100.4")).toBe("unauthenticated");
  await guesses(120, "2001:db8::1");
  expect(await attempt(guess(1), "2001:db8::ffff:2")).toBe("rate-limited 60");
  expect(await attempt(guess(1), "2001:db8:0:1::1")).toBe("unauthenticated");
});
