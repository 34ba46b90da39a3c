import { expect, test } from "vitest";

import { AppError } from "../../shared/domain/errors.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { call } from "../../shared/testing/http.ts";
import { healthGet } from "./health.ts";

test("200: ready when the store and the queues answer", async () => {
  const reply = await call(healthGet, testDeps());
  expect(reply).toMatchObject({ status: 200, json: { status: "ready" } });
});

// The route is open to the world: each call must not become a call to the broker.
test("200: live, and which part is out; asked at once or soon again, the parts are asked once", async () => {
  const base = testDeps();
  let asked = 0;
  const deadLetters = async () => {
    asked += 1;
    throw new AppError("queue-unavailable", "away");
  };
  const deps = testDeps({ queue: Object.assign(base.queue, { deadLetters }) });
  const replies = await Promise.all([1, 2, 3].map(() => call(healthGet, deps)));
  for (const reply of replies) {
    expect(reply.json).toEqual({ status: "live", checks: { store: true, queues: false } });
  }
  expect(asked).toBe(1);
  deps.clock.advance(11_000);
  await call(healthGet, deps);
  expect(asked).toBe(2);
});
