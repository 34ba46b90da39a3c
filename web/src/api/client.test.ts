/** The client: tokens are renewed once, versions travel, refusals arrive whole. */
import { expect, test } from "vitest";

import { ApiClient } from "./client.ts";
import { ApiError, isFinal, OfflineError, retryDelayOf } from "./problem.ts";

interface Sent {
  url: string;
  headers: Headers;
}

/** A client whose server gives these replies in order. */
function clientOf(...replies: (() => Response)[]) {
  const sent: Sent[] = [];
  let renewals = 0;
  const tokens = {
    token: async () => `token-${renewals}`,
    renewed: async () => `token-${(renewals += 1)}`,
  };
  const client = new ApiClient(tokens, "https://api.test", async (url, init) => {
    sent.push({ url, headers: new Headers(init.headers) });
    const reply = replies.shift();
    if (reply === undefined) throw new Error("One request too many.");
    return reply();
  });
  return { client, sent };
}

const refusal = (status: number) => () => new Response(null, { status });

// A token that expired by the server's clock must not throw the reader out.
test("401 asks for a new token and tries once more with it", async () => {
  const { client, sent } = clientOf(refusal(401), () => Response.json({ ok: true }));
  expect(await client.read("/api/v1/me")).toEqual({ ok: true });
  expect(sent.map(({ headers }) => headers.get("authorization"))).toEqual([
    "Bearer token-0",
    "Bearer token-1",
  ]);
});

test("a second 401 is an error, not a loop", async () => {
  const { client, sent } = clientOf(refusal(401), refusal(401));
  await expect(client.call("/api/v1/me")).rejects.toMatchObject({ problem: { status: 401 } });
  expect(sent).toHaveLength(2);
});

test("versions go out as If-Match and If-None-Match, and 304 has no body", async () => {
  const { client, sent } = clientOf(
    () => new Response(null, { status: 304, headers: { etag: '"7"' } }),
  );
  const reply = await client.call("/x", { ifMatch: '"6"', ifNoneMatch: '"7"' });
  expect(reply).toEqual({ status: 304, etag: '"7"', body: undefined });
  expect(sent[0]?.headers.get("if-match")).toBe('"6"');
  expect(sent[0]?.headers.get("if-none-match")).toBe('"7"');
});

test("a problem document arrives whole; another body leaves what is known", async () => {
  const problem = {
    title: "Too many",
    status: 429,
    detail: "Wait.",
    code: "rate-limited",
    trace_id: "t",
  };
  const { client } = clientOf(
    () =>
      Response.json(problem, {
        status: 429,
        headers: { "content-type": "application/problem+json" },
      }),
    () => new Response("<html>", { status: 502, statusText: "Bad Gateway" }),
  );
  await expect(client.call("/x")).rejects.toMatchObject({ problem });
  const error: unknown = await client.call("/x").catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ problem: { status: 502, title: "Bad Gateway" } });
});

// A page that asks again at once while it is limited stays limited.
test("a refusal for too many requests is tried again when the server said, not before", async () => {
  const { client } = clientOf(() =>
    Response.json(
      { status: 429 },
      { status: 429, headers: { "retry-after": "7", "content-type": "application/problem+json" } },
    ),
  );
  const error: unknown = await client.call("/x").catch((cause: unknown) => cause);
  expect([isFinal(error), retryDelayOf(1, error)]).toEqual([false, 7000]);
  expect(retryDelayOf(1, new Error("else"))).toBe(800);
});

test("no reply at all is being offline", async () => {
  const { client } = clientOf(() => {
    throw new TypeError("fetch failed");
  });
  await expect(client.call("/x")).rejects.toBeInstanceOf(OfflineError);
});

// "Unexpected token '<'" tells an analyst nothing.
test("a reply that is not ours, or was cut, is a failure in words", async () => {
  const { client } = clientOf(
    () => new Response("<html>Please sign in to the proxy</html>"),
    () => new Response('{"items":['),
  );
  for (const path of ["/proxied", "/cut"]) {
    const problem = { title: "The answer could not be read", status: 200 };
    await expect(client.call(path)).rejects.toMatchObject({ problem });
  }
});
