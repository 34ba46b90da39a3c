/** The XSOAR integration, run from its own file against the started product. */
import { expect, test } from "vitest";
import { z } from "zod";

import type { Product } from "../product/product.ts";
import { until } from "../product/until.ts";
import { ADMIN, ANALYST, issueKey, playStory } from "./edge.ts";
import { readIntegration, XsoarInstance } from "./xsoar.ts";

const Entry = z.looseObject({
  HumanReadable: z.string(),
  EntryContext: z.record(z.string(), z.json()),
});
const Fetched = z.array(
  z.object({
    name: z.string(),
    occurred: z.string(),
    severity: z.number(),
    dbotMirrorId: z.string(),
    rawJSON: z.string(),
  }),
);

let product: Product;
let xsoar: XsoarInstance;

/** To be called before the cases run. */
export async function useForXsoar(started: Product): Promise<void> {
  product = started;
  xsoar = await instance({});
}

const instance = async (over: Record<string, unknown>): Promise<XsoarInstance> =>
  new XsoarInstance({
    url: `${product.url}/`,
    credentials: { password: await issueKey(product) },
    first_fetch_days: "30",
    ...over,
  });

/** What a command puts into the context, by the path without its key. */
function contextOf(result: unknown): Record<string, z.core.util.JSONType> {
  const { EntryContext } = Entry.parse(JSON.parse(JSON.stringify(result)));
  return Object.fromEntries(
    Object.entries(EntryContext).map(([key, value]) => [key.replace(/\(.*$/, ""), value]),
  );
}
const fetchWith = (one: XsoarInstance) =>
  Fetched.parse(JSON.parse(String(one.run("fetch-incidents"))));
const numbersOf = (fetched: z.infer<typeof Fetched>) => fetched.map((one) => one.dbotMirrorId);
const someNumber = async (): Promise<string> => {
  const page = await product.ask(ANALYST, "GET", "/api/v1/incidents?timespan=P30D&limit=1");
  return String(z.array(z.looseObject({ number: z.number() })).parse(page["items"])[0]?.number);
};

// The platform's engine knows nothing newer: an arrow function would end each command.
test("every command that the file names is carried out by its script, which is plain ES5", () => {
  const { script, commands } = readIntegration();
  expect(commands).toHaveLength(7);
  const cases = [...script.matchAll(/case '([^']+)':/g)].map(([, name]) => name);
  expect(cases).toEqual(["test-module", "fetch-incidents", ...commands]);
  expect(script).not.toMatch(/=>|\b(const|let|class|async|await)\s|`|\.\.\./);
});

test("test-module tells a good key from a wrong one", async () => {
  expect(xsoar.run("test-module")).toBe("ok");
  const wrong = await instance({ credentials: { password: "sk_live_nobody_nothing" } });
  expect(() => wrong.run("test-module")).toThrow(/SoCMate: .+\(401\)/);
});

test("list, get and enrich", async () => {
  const number = await someNumber();
  const list = contextOf(
    xsoar.run("socmate-list-incidents", { limit: "3", timespan: "P30D", severity: "high,medium" }),
  );
  const incidents = z
    .array(z.looseObject({ severity: z.string() }))
    .parse(list["SoCMate.Incident"]);
  expect(incidents).toHaveLength(3);
  expect(incidents.every(({ severity }) => ["high", "medium"].includes(severity))).toBe(true);
  expect(contextOf(xsoar.run("socmate-get-incident", { number }))).toMatchObject({
    "SoCMate.Incident": { number: Number(number) },
  });
  expect(contextOf(xsoar.run("socmate-enrich-incident", { number }))).toHaveProperty([
    "SoCMate.Incident",
    "enriched_at",
  ]);
  expect(() => xsoar.run("socmate-get-incident", { number: "999999" })).toThrow(
    /No such incident.+404/,
  );
});

test("investigate once, poll to the end, search and graph", async () => {
  const args = {
    query: "Is it real?",
    incident_number: await someNumber(),
    idempotency_key: "task-1",
  };
  const Session = z.looseObject({ id: z.string() });
  const sessionOf = (result: unknown) => Session.parse(contextOf(result)["SoCMate.Session"]);
  const { id } = sessionOf(xsoar.run("socmate-investigate", args));
  // A task that is run again after a lost answer must not pay for a second investigation.
  expect(sessionOf(xsoar.run("socmate-investigate", args)).id).toBe(id);
  const session = await until(
    "the end",
    async () => {
      const found = sessionOf(xsoar.run("socmate-poll-investigation", { session_id: id }));
      return found["is_over"] === true ? found : undefined;
    },
    60_000,
  );
  expect(session).toMatchObject({
    status: "completed",
    verdict: expect.stringMatching(/positive|undet/),
  });
  const found = await until("the session in the search", async () => {
    const hits = contextOf(xsoar.run("socmate-search", { limit: "5" }))["SoCMate.Search"];
    const own = z
      .array(z.json())
      .parse(hits)
      .filter((hit) => JSON.stringify(hit).includes(id));
    return own.length > 0 ? own : undefined;
  });
  expect(found).toHaveLength(1);
  const full = await product.ask(ANALYST, "GET", `/api/v1/sessions/${id}`);
  const report = z
    .object({ entities: z.array(z.object({ value: z.string() })) })
    .parse(full["report"]);
  const value = report.entities[0]?.value ?? "";
  const graph = await until(
    "the entity",
    async () => contextOf(xsoar.run("socmate-graph", { value }))["SoCMate.Graph"],
  );
  expect(JSON.stringify(graph)).toContain(id);
}, 90_000);

// An incident that is fetched twice opens two cases; one that is not fetched opens none.
test("incidents are fetched once each, page by page, also those that arise later", async () => {
  const one = await instance({ max_fetch: "7" });
  const all: string[] = [];
  for (let more = true; more;) {
    const fetched = fetchWith(one);
    all.push(...numbersOf(fetched));
    more = fetched.length > 0;
  }
  const page = await product.ask(ANALYST, "GET", "/api/v1/incidents?timespan=P90D&limit=100");
  const stored = z.array(z.looseObject({ number: z.number() })).parse(page["items"]);
  expect(all.toSorted()).toEqual(stored.map(({ number }) => String(number)).toSorted());
  await product.ask(ANALYST, "PATCH", `/api/v1/incidents/${all[0]}`, { notes: "Seen." });
  expect(numbersOf(fetchWith(one))).not.toContain(all[0]);
  const number = await playStory(product, "malware_host");
  await until("the new incident", async () => {
    await product.ask(ADMIN, "POST", "/local/timers/sync-incidents");
    return numbersOf(fetchWith(one)).includes(String(number)) ? true : undefined;
  });
}, 60_000);

test("with fetch_changes each change comes, and a failed fetch loses nothing", async () => {
  const one = await instance({ fetch_changes: true, max_fetch: "100" });
  const first = fetchWith(one);
  const number = first[0]?.dbotMirrorId ?? "";
  await product.ask(ANALYST, "PATCH", `/api/v1/incidents/${number}`, { tags: ["fetched"] });
  const before = { ...one.lastRun };
  one.instead.push({ StatusCode: 500, Status: "500", Headers: {}, Body: "" });
  expect(() => one.run("fetch-incidents")).toThrow(/500/);
  expect(one.lastRun).toEqual(before);
  expect(numbersOf(fetchWith(one))).toContain(number);
});

test("429 is waited for as long as it says, and given up after a few times", async () => {
  const one = await instance({});
  const busy = { StatusCode: 429, Status: "429", Headers: { "Retry-After": ["7"] }, Body: "{}" };
  one.instead.push(busy, busy);
  expect(one.run("test-module")).toBe("ok");
  expect(one.waits).toEqual([7, 7]);
  one.instead.push(busy, busy, busy, busy);
  expect(() => one.run("test-module")).toThrow(/429/);
});
