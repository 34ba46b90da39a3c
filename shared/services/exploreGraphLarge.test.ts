/** The graph's shape holds when people have several names, hubs have thousands of edges, and time is turned back. */
import { beforeEach, expect, test } from "vitest";

import { edgeId } from "../domain/graph.ts";
import { nodeId, parsedId } from "../domain/graphNames.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { rememberEdge, rememberEntity } from "../repositories/graph.ts";
import { joinNames } from "../repositories/graphNames.ts";
import { GraphQuery, type Provenance, type Relation } from "../schemas/graph.ts";
import { testDeps } from "../testing/deps.ts";
import { TENANT } from "../testing/fixtures.ts";
import { exploreGraph } from "./exploreGraph.ts";

const UPN = "ana@contoso.example";
const OBJECT = "0f8fad5b-d9cb-469f-a165-70867728950e";
const SID = "S-1-5-21-1004336348-1177238915-682003330-1108";

let documents: DocumentStore;
beforeEach(() => {
  documents = testDeps().documents;
});

const query = (given: Partial<GraphQuery> = {}) => GraphQuery.parse(given);
const day = (n: number) => `2026-01-${String(n).padStart(2, "0")}T00:00:00.000Z`;

const from = (session: string, at: string, verdict = "true_positive"): Provenance => ({
  session_id: session,
  incident_number: 7,
  evidence_id: "ev_1",
  verdict,
  at,
  observed_at: null,
});

async function edge(
  a: string,
  relation: Relation,
  b: string,
  provenance: Provenance,
  tenant_id = TENANT,
): Promise<void> {
  for (const id of [a, b]) {
    const { type, value } = parsedId(id);
    const node = { tenant_id, node_id: id, entity_type: type, value };
    await rememberEntity(documents, node, provenance);
  }
  const one = { relation, from: a, to: b };
  for (const node_id of [a, b]) {
    await rememberEdge(documents, { ...one, id: edgeId(one), tenant_id, node_id }, provenance);
  }
}

const named = (value: string) => ({ node_id: nodeId("user", value), value });
const host = (value: string) => ({ node_id: nodeId("host", value), value });
const join = (a: string, b: string, at: string) =>
  joinNames(documents, TENANT, [named(a), named(b)], at);

// One person under three names is three strangers, and the sign-in that matters is never seen beside the alert.
test("UPN, object id and SID of one person meet, joined over several sessions, from each of the names", async () => {
  await edge(nodeId("user", UPN), "SIGNED_IN_FROM", "ip:203.0.113.7", from("ses_1", day(1)));
  await edge(nodeId("user", SID), "SIGNED_IN_FROM", "ip:203.0.113.7", from("ses_2", day(2)));
  await edge(nodeId("user", SID), "ASSOCIATED_WITH", "host:fin-1", from("ses_2", day(2)));
  await join(SID, OBJECT, day(3));
  await join(OBJECT, UPN, day(4));
  await join(UPN, OBJECT, day(5));
  for (const name of [UPN, UPN.toUpperCase(), OBJECT, `{${OBJECT}}`, SID, SID.toLowerCase()]) {
    const view = await exploreGraph({ documents }, TENANT, name, query({ type: "user" }));
    expect(view.node).toMatchObject({ value: UPN, first_seen: day(1), last_seen: day(2) });
    expect(view.node.aliases.toSorted()).toEqual([OBJECT, SID].toSorted());
    expect(view.sessions).toEqual(["ses_2", "ses_1"]);
    const edges = view.edges.filter(({ relation }) => relation !== "INVESTIGATED_IN");
    expect(edges.map(({ to, from: start, count }) => `${start} ${to} ${count}`).toSorted()).toEqual(
      [`user:${UPN} host:fin-1 1`, `user:${UPN} ip:203.0.113.7 2`],
    );
  }
  const ip = await exploreGraph({ documents }, TENANT, "203.0.113.7", query());
  expect(ip.nodes.map(({ value }) => value)).toEqual(["203.0.113.7", UPN]);
  const before = await exploreGraph({ documents }, TENANT, SID, query({ as_of: day(3) }));
  expect(before.node.aliases).toEqual([SID]);
  expect(before.sessions).toEqual(["ses_2"]);
});

// Two laptops of the same short name in two domains would share each other's history.
test("hosts of different domains are not joined by their short name, and neither are shared names", async () => {
  const joinHosts = (a: string, b: string) =>
    joinNames(documents, TENANT, [host(a), host(b)], day(1));
  for (const name of ["fin-1", "fin-1.a.example", "fin-1.b.example"]) {
    await edge(nodeId("host", name), "CONNECTED_TO", "ip:203.0.113.7", from("ses_1", day(1)));
  }
  await joinHosts("fin-1", "fin-1.a.example");
  await joinHosts("fin-1", "fin-1.b.example");
  const view = await exploreGraph({ documents }, TENANT, "fin-1", query());
  expect(view.node).toMatchObject({ value: "fin-1.a.example", aliases: ["fin-1"] });
});

// What was known on a day is what a decision of that day is judged by.
test("as_of gives the graph of that time: later edges, counts and sessions are not in it", async () => {
  const ip = "ip:203.0.113.7";
  for (const n of [1, 5, 9]) {
    await edge("user:ana@contoso.example", "SIGNED_IN_FROM", ip, from(`ses_${n}`, day(n)));
  }
  await edge("host:fin-1", "CONNECTED_TO", ip, from("ses_9", day(9), "false_positive"));
  const then = await exploreGraph({ documents }, TENANT, "203.0.113.7", query({ as_of: day(6) }));
  expect(then.sessions).toEqual(["ses_5", "ses_1"]);
  expect(then.nodes.map(({ id }) => id)).toEqual([ip, "user:ana@contoso.example"]);
  expect(then.edges[0]).toMatchObject({ count: 2, first_seen: day(1), last_seen: day(5) });
  expect(then.node).toMatchObject({ last_seen: day(5), risk: 1 });
  const now = await exploreGraph({ documents }, TENANT, "203.0.113.7", query());
  expect(now.edges.find(({ relation }) => relation === "SIGNED_IN_FROM")?.count).toBe(3);
  expect(now.nodes).toHaveLength(3);
  const early = exploreGraph({ documents }, TENANT, "203.0.113.7", query({ as_of: day(1) }));
  expect((await early).sessions).toEqual(["ses_1"]);
  const never = query({ as_of: "2025-12-31T23:59:59.999Z" });
  const nothing = exploreGraph({ documents }, TENANT, "203.0.113.7", never);
  await expect(nothing).rejects.toThrow("entity");
});

/** Counts queries, and how many documents each may give. */
function counted(store: DocumentStore): { store: DocumentStore; queries: number[] } {
  const queries: number[] = [];
  return {
    queries,
    store: {
      read: (...given) => store.read(...given),
      query: (container, given) => {
        queries.push(given.limit);
        expect(given.partition).toHaveLength(2);
        return store.query(container, given);
      },
      batch: (...given) => store.batch(...given),
      count: (...given) => store.count(...given),
      close: () => store.close(),
    },
  };
}

// A proxy address that everybody signs in from must neither take the answer's room nor lead from anybody to anybody.
test("a hub is marked, damped and not followed, and many edges cost few bounded queries", async () => {
  const proxy = "ip:198.51.100.1";
  for (let n = 0; n < 300; n += 1) {
    await edge(
      `user:u${n}@contoso.example`,
      "SIGNED_IN_FROM",
      proxy,
      from(`ses_${n}`, day(1 + (n % 28))),
    );
  }
  await edge("user:ana@contoso.example", "SIGNED_IN_FROM", proxy, from("ses_a", day(9)));
  await edge("user:ana@contoso.example", "SIGNED_IN_FROM", "ip:203.0.113.7", from("ses_a", day(9)));
  await edge("host:fin-1", "CONNECTED_TO", "ip:203.0.113.7", from("ses_b", day(9)));
  const seen = counted(documents);
  const view = await exploreGraph({ documents: seen.store }, TENANT, UPN, query({ depth: 3 }));
  expect(view.nodes.map(({ id, is_hub, hops }) => `${id} ${is_hub} ${hops}`).toSorted()).toEqual([
    "host:fin-1 false 2",
    "ip:198.51.100.1 true 1",
    "ip:203.0.113.7 false 1",
    "user:ana@contoso.example false 0",
  ]);
  expect(view.nodes.find(({ is_hub }) => is_hub)?.risk).toBeLessThan(1);
  expect(view.truncated).toBe(false);
  // Each of the 8 types is looked for, then 3 queries for each of the 4 entities.
  expect(seen.queries.length).toBeLessThanOrEqual(8 + 4 * 3);
  expect(Math.max(...seen.queries)).toBeLessThanOrEqual(201);

  const hub = counted(documents);
  const around = await exploreGraph(
    { documents: hub.store },
    TENANT,
    "198.51.100.1",
    query({ limit: 20 }),
  );
  expect(around.nodes).toHaveLength(20);
  expect(around.truncated).toBe(true);
  expect(around.node.is_hub).toBe(true);
  expect(hub.queries.length).toBeLessThanOrEqual(8 + 3 * 30);
});

// The other tenant's names lead nowhere, and its sessions are not told of.
test("another tenant's entity of the same name has its own edges", async () => {
  const ip = "ip:203.0.113.7";
  await edge("user:ana@contoso.example", "SIGNED_IN_FROM", ip, from("ses_1", day(1)));
  await edge("host:theirs", "CONNECTED_TO", ip, from("ses_2", day(1)), "fabrikam");
  const ours = await exploreGraph({ documents }, TENANT, "203.0.113.7", query({ depth: 3 }));
  expect(JSON.stringify(ours)).not.toMatch(/theirs|ses_2/);
  const theirs = await exploreGraph({ documents }, "fabrikam", "203.0.113.7", query({ depth: 3 }));
  expect(JSON.stringify(theirs)).not.toMatch(/ana@|ses_1"/);
});
