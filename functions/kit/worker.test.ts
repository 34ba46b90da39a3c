import { expect, test } from "vitest";
import { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { worker } from "./worker.ts";

const failing = (error: () => Error | undefined) =>
  worker({
    name: "test-worker",
    queue: "audit",
    message: z.object({ n: z.int() }),
    async handle() {
      const failure = error();
      if (failure !== undefined) throw failure;
    },
  });

/** Takes the one message that is due; `undefined` when none is. */
async function take(deps: ReturnType<typeof testDeps>) {
  const [message] = await deps.queue.receive("audit", 1, 0);
  await message?.complete();
  return message;
}

// Without a pause ten tries are over in a second, and a short outage makes dead letters.
test("work that fails comes back after a pause, each longer than the one before, and then goes to the host", async () => {
  const deps = testDeps();
  let tries = 0;
  const unreliable = failing(() => {
    tries += 1;
    return new AppError("store-unavailable", "away");
  });
  let body: unknown = { n: 1 };
  for (const pause of [5, 30, 120, 600, 1800]) {
    await unreliable.deliver(deps, body);
    deps.clock.advance((pause - 1) * 1000);
    expect(await take(deps), `before ${pause} s`).toBeUndefined();
    deps.clock.advance(1000);
    body = (await take(deps))?.body;
  }
  await expect(unreliable.deliver(deps, body)).rejects.toMatchObject({ code: "store-unavailable" });
  expect(tries).toBe(6);
  expect(await deps.queue.counts("audit")).toEqual({ active: 0, scheduled: 0, dead: 0 });
});

test("two like messages that fail after each other are both tried again", async () => {
  const deps = testDeps();
  const unreliable = failing(() => new Error("no"));
  await unreliable.deliver(deps, { n: 1 });
  deps.clock.advance(1000);
  await unreliable.deliver(deps, { n: 1 });
  expect(await deps.queue.counts("audit")).toMatchObject({ scheduled: 2 });
});

test("a message that does not fit goes to the host at once: it never will", async () => {
  const deps = testDeps();
  await expect(failing(() => undefined).deliver(deps, { n: "x" })).rejects.toThrow(/n/);
  expect(await deps.queue.counts("audit")).toEqual({ active: 0, scheduled: 0, dead: 0 });
});

// Brokers say of a dead letter only how often it was tried.
test("a message that comes back says what failed, and no more than its code", async () => {
  const deps = testDeps();
  await failing(() => new AppError("store-unavailable", "secret")).deliver(deps, { n: 1 });
  deps.clock.advance(5_000);
  const first = await take(deps);
  expect(first?.body).toEqual({ n: 1, attempt: 1, last_failure: "store-unavailable" });
  await failing(() => new Error("secret")).deliver(deps, first?.body);
  deps.clock.advance(30_000);
  expect((await take(deps))?.body).toEqual({ n: 1, attempt: 2, last_failure: "unexpected" });
});
