import { expect, test } from "vitest";

import { CONTAINERS } from "../../ports/containers.ts";
import { containerRequest, indexingPolicy } from "./indexing.ts";

// The template and this adapter make the same containers from the same file; this is the rule written out once.
test("a container is keyed, expires and is indexed as containers.json says", () => {
  const definition = {
    partitionKey: ["tenant_id", "day"],
    ttl: true,
    indexed: ["type", "seq", "tags", "sync.changed_at"],
    composite: [["type", "seq"]],
  };
  const ties = [
    { path: "/tenant_id", order: "ascending" },
    { path: "/day", order: "ascending" },
    { path: "/id", order: "ascending" },
  ];
  expect(containerRequest("audit", definition)).toEqual({
    id: "audit",
    partitionKey: { paths: ["/tenant_id", "/day"], kind: "MultiHash", version: 2 },
    defaultTtl: -1,
    indexingPolicy: {
      indexingMode: "consistent",
      automatic: true,
      // A dot would name a field of the document's top, and the nested one would stay without an index.
      includedPaths: [
        "/tenant_id/*",
        "/day/*",
        "/id/*",
        "/type/*",
        "/seq/*",
        "/tags/*",
        "/sync/changed_at/*",
      ].map((path) => ({ path })),
      excludedPaths: [{ path: "/*" }],
      compositeIndexes: [
        ties,
        [{ path: "/seq", order: "ascending" }, ...ties],
        [{ path: "/seq", order: "descending" }, ...ties],
      ],
    },
  });
});

test("a container with a single key has no hierarchy, and without expiry no default", () => {
  const definition = { partitionKey: ["id"], ttl: false, indexed: [], composite: [] };
  const request = containerRequest("control", definition);
  expect(request.partitionKey).toEqual({ paths: ["/id"], kind: "Hash", version: 2 });
  expect(request).not.toHaveProperty("defaultTtl");
  expect(indexingPolicy(definition).compositeIndexes).toEqual([]);
});

// https://learn.microsoft.com/azure/cosmos-db/concepts-limits: the service refuses a policy beyond these.
test("every container stays within the service's limits", () => {
  for (const definition of Object.values(CONTAINERS)) {
    const composites = indexingPolicy(definition).compositeIndexes ?? [];
    expect(definition.partitionKey.length).toBeLessThanOrEqual(3);
    expect(composites.length).toBeLessThanOrEqual(100);
    for (const paths of composites) expect(paths.length).toBeLessThanOrEqual(8);
  }
});

// Everything that is not named is not indexed: such a filter reads the tenant's every document.
test.each([
  ["incidents", "/sync/counts_changed_at/*"],
  ["sessions", "/incident_number/*"],
] as const)("the %s' filter on %s has an index", (name, path) => {
  expect(indexingPolicy(CONTAINERS[name]).includedPaths).toContainEqual({ path });
});
