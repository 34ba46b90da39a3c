/** The knowledge graph learns from reports, once each, and is read from any of its entities. */
import { expect, test } from "vitest";

import { GraphQuery } from "../schemas/graph.ts";
import { aPrincipal, TENANT } from "../testing/fixtures.ts";
import { finished, GUESSED, investigable, start } from "../testing/investigation.ts";
import { deleteSession } from "./deleteSession.ts";
import { exploreGraph } from "./exploreGraph.ts";
import { rememberSession } from "./rememberSession.ts";

const query = (given: Partial<GraphQuery> = {}) => GraphQuery.parse(given);

// A message may come twice: the counts must not grow by it.
test("a report's entities and their connection are known at both ends, and a repeat changes nothing", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps));
  const message = { tenant_id: TENANT, session_id: session.session_id };
  await rememberSession(deps, message);
  const first = await exploreGraph(deps, TENANT, "203.0.113.7", query());
  await rememberSession(deps, message);
  expect(await exploreGraph(deps, TENANT, "203.0.113.7", query())).toEqual(first);
  expect(first.node).toMatchObject({ type: "ip", risk: 1, is_hub: false });
  expect(first.sessions).toEqual([session.session_id]);
  expect(first.incidents).toEqual([session.incident_number]);
  const [edge] = first.edges;
  expect(edge).toMatchObject({
    relation: "SIGNED_IN_FROM",
    from: "user:ana@contoso.example",
    to: "ip:203.0.113.7",
    count: 1,
    provenance: [{ session_id: session.session_id, incident_number: session.incident_number }],
  });
  expect(first.edges.filter(({ relation }) => relation === "INVESTIGATED_IN")).toMatchObject([
    { from: "ip:203.0.113.7", to: `session:${session.session_id}` },
    { from: "user:ana@contoso.example", to: `session:${session.session_id}` },
  ]);
  const other = await exploreGraph(deps, TENANT, "ANA@contoso.example", query({ type: "user" }));
  expect(other.edges[0]).toEqual(edge);
});

test("another tenant, and a time before, know nothing of it", async () => {
  const deps = await investigable(GUESSED);
  const { session } = await finished(deps, await start(deps));
  await rememberSession(deps, { tenant_id: TENANT, session_id: session.session_id });
  await expect(exploreGraph(deps, "fabrikam", "203.0.113.7", query())).rejects.toThrow("entity");
  const before = query({ as_of: "2020-01-01T00:00:00Z" });
  await expect(exploreGraph(deps, TENANT, "203.0.113.7", before)).rejects.toThrow("entity");
});

// Who removes an investigation expects that nothing goes on telling of it.
test("a removed session is known to nobody, and what another one saw, too, stays known from that one", async () => {
  const deps = await investigable(GUESSED);
  const ids: string[] = [];
  for (let n = 0; n < 2; n += 1) {
    const { session } = await finished(deps, await start(deps));
    await rememberSession(deps, { tenant_id: TENANT, session_id: session.session_id });
    ids.push(session.session_id);
    deps.clock.advance(60_000);
  }
  const [first = "", second = ""] = ids;
  const around = () => exploreGraph(deps, TENANT, "203.0.113.7", query());
  expect((await around()).sessions).toEqual([second, first]);
  await deleteSession(deps, aPrincipal(), first);
  const left = await around();
  expect(left.sessions).toEqual([second]);
  expect(JSON.stringify(left)).not.toContain(first);
  expect(left.edges[0]).toMatchObject({ relation: "SIGNED_IN_FROM", count: 1 });
  await deleteSession(deps, aPrincipal(), second);
  await expect(around()).rejects.toThrow("entity");
});
