/** What was read around several entities is one picture, and leaves as a table that no spreadsheet runs. */
import { expect, test } from "vitest";

import type { GraphEdge, GraphNode, GraphView } from "../../../../shared/schemas/graph.ts";
import { graphCsv, merged, shownOf } from "./merge.ts";

const AT = "2026-11-21T09:00:00.000Z";

const aNode = (id: string, over: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: "ip",
  value: id,
  aliases: [],
  first_seen: AT,
  last_seen: AT,
  risk: 0,
  is_hub: false,
  hops: 1,
  ...over,
});
const anEdge = (from: string, to: string): GraphEdge => ({
  relation: "CONNECTED_TO",
  from,
  to,
  first_seen: AT,
  last_seen: AT,
  count: 1,
  provenance: [],
});
const aView = (nodes: GraphNode[], edges: GraphEdge[]): GraphView => ({
  node: nodes[0] ?? aNode("none"),
  nodes,
  edges,
  incidents: [],
  sessions: [],
  truncated: false,
});

test("an entity that several expansions found is there once, with the edges of all", () => {
  const first = aView([aNode("a"), aNode("b")], [anEdge("a", "b")]);
  const second = aView([aNode("b"), aNode("c")], [anEdge("a", "b"), anEdge("b", "c")]);
  const whole = merged([first, second]);
  expect(whole.nodes.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(whole.edges).toHaveLength(2);
});

// An edge to an entity that is not drawn would make the picture fail.
test("what is switched off or beyond the bound takes its edges along; the root stays", () => {
  const nodes = [aNode("a"), aNode("b", { type: "user" }), aNode("c")];
  const whole = { nodes, edges: [anEdge("a", "b"), anEdge("a", "c"), anEdge("a", "session:s")] };
  const byType = shownOf(whole, "a", new Set(["ip"]), 10);
  expect(byType.nodes.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(byType.edges).toEqual([anEdge("a", "b")]);
  expect(shownOf(whole, "a", new Set(), 2)).toMatchObject({ hidden: 1, edges: [anEdge("a", "b")] });
});

// A host can be called =cmd|...; a spreadsheet must show that, not run it.
test("cells that a spreadsheet would run, and quotes, are made harmless", () => {
  const nodes = [aNode("a", { value: "=1+1" }), aNode("b", { value: 'say "hi", now' })];
  const [, line] = graphCsv(nodes, [anEdge("a", "b")]).split("\r\n");
  expect(line).toBe(`CONNECTED_TO,'=1+1,"say ""hi"", now",${AT},${AT},1,`);
});
