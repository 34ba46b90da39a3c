/** What sign-in and the rate limit add to a request: the same endpoint with a key and limits, and with neither. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { HttpRequest, InvocationContext } from "@azure/functions";

import { edge } from "../../functions/edge.ts";
import { apiKeysCreate } from "../../functions/http/apiKeys.ts";
import { meGet } from "../../functions/http/me.ts";
import { toHttpHandler } from "../../functions/kit/endpoint.ts";
import { createSignIn } from "../../functions/kit/signIn.ts";
import { plainKeys } from "../../local/workspace/testTenant.ts";
import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import { IssuedApiKey } from "../../shared/schemas/apiKeys.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { median, report } from "./child.ts";

const ROUNDS = 15;
const REQUESTS = 2_000;

const directory = mkdtempSync(path.join(tmpdir(), "socmate-edge-"));
const clock = { now: () => new Date() };
const database = openDatabase(path.join(directory, "edge.sqlite"));
const documents = createSqliteDocumentStore(database, clock);
const deps = { ...testDeps({ keys: plainKeys, documents }), clock };

const limited = (isShared: boolean) => ({
  ...deps,
  settings: { ...deps.settings, edge: { ...deps.settings.edge, isShared } },
});

async function keyOf(limit: number): Promise<string> {
  const body = { name: randomBytes(4).toString("hex"), scopes: ["incidents:read"] };
  const more = { rate_limit_per_minute: limit };
  const reply = await call(apiKeysCreate, deps, {
    as: aPrincipal("admin"),
    body: { ...body, ...more },
  });
  return IssuedApiKey.parse(reply.json).api_key;
}

/** Microseconds of one request, the median of several rounds. */
async function microseconds(
  handler: ReturnType<typeof toHttpHandler>,
  keys: readonly string[],
): Promise<number> {
  const context = new InvocationContext({ invocationId: "bench", functionName: meGet.name });
  const url = "http://127.0.0.1/api/v1/me";
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    for (let i = 0; i < REQUESTS; i += 1) {
      const key = keys[i % keys.length] ?? "";
      const headers = { "x-api-key": key, "x-forwarded-for": "203.0.113.9:51234" };
      const { status } = await handler(new HttpRequest({ method: "GET", url, headers }), context);
      if (status !== 200) throw new Error(`The request was answered with ${status}.`);
    }
    rounds.push(((performance.now() - started) * 1000) / REQUESTS);
  }
  return median(rounds);
}

/** Enough keys that none comes to its limit of 10,000 a minute. */
const keys = await Promise.all(Array.from({ length: 40 }, () => keyOf(10_000)));
const principal = aPrincipal("analyst");
const bare = await microseconds(
  toHttpHandler(meGet, deps, async () => principal),
  keys,
);
const alone = limited(false);
const one = await microseconds(toHttpHandler(meGet, alone, createSignIn(alone, edge), edge), keys);
const shared = limited(true);
const many = await microseconds(
  toHttpHandler(meGet, shared, createSignIn(shared, edge), edge),
  keys,
);
report({
  bare_us: Math.round(bare),
  one_us: Math.round(one),
  many_us: Math.round(many),
  added_us: Math.round(one - bare),
  added_shared_us: Math.round(many - bare),
});
await documents.close();
rmSync(directory, { recursive: true, force: true });
