import { beforeEach, expect, test } from "vitest";

import { incidentsSync } from "../http/incidents.ts";
import { plainKeys } from "../../local/workspace/testTenant.ts";
import { createKey, sendWith, sendWithKey } from "../../shared/testing/apiKeys.ts";
import { type TestDeps, testDeps } from "../../shared/testing/deps.ts";

let deps: TestDeps;

beforeEach(() => {
  deps = testDeps({ keys: plainKeys });
});

test("200 with what is left; 429 with Retry-After, after which the same request is granted", async () => {
  const { api_key } = await createKey(deps, { rate_limit_per_minute: 2 });
  const replies = [];
  for (let i = 0; i < 3; i += 1) replies.push(await sendWithKey(deps, api_key));
  const told = replies.map(({ status, headers }) => [
    status,
    headers.get("ratelimit"),
    headers.get("ratelimit-policy"),
  ]);
  expect(told).toEqual([
    [200, '"key";r=1;t=65', '"key";q=2;w=60'],
    [200, '"key";r=0;t=65', '"key";q=2;w=60'],
    [429, '"key";r=0;t=65', '"key";q=2;w=60'],
  ]);
  const refused = replies[2];
  expect(refused?.json).toMatchObject({
    code: "rate-limited",
    detail: "More than 2 requests in a minute; try again in 65 s.",
  });
  expect(refused?.headers.get("retry-after")).toBe("65");
  expect(refused?.headers.get("content-type")).toBe("application/problem+json");
  deps.clock.advance(64_999);
  expect((await sendWithKey(deps, api_key)).status).toBe(429);
  deps.clock.advance(1);
  expect((await sendWithKey(deps, api_key)).status).toBe(200);
});

// A client that tries doors it may not open is limited as any other.
test("a request that is refused for its rights counts as well, and says so", async () => {
  const { api_key } = await createKey(deps, { rate_limit_per_minute: 1 });
  const headers = { "x-api-key": api_key };
  const refused = await sendWith(deps, headers, incidentsSync);
  expect([refused.status, refused.headers.get("ratelimit")]).toEqual([403, '"key";r=0;t=65']);
  expect((await sendWith(deps, headers, incidentsSync)).status).toBe(429);
});
