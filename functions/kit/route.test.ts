import { expect, test } from "vitest";

import { openApiPath, routeNames, routeValues } from "./route.ts";

const ROUTE = "v1/incidents/{number:int}/notes/{id}";
const at = (path: string) => routeValues(ROUTE, new URL(`http://host/${path}`));

// The host mixes query keys into its own params: ?number=2 must never reach a handler as the incident.
test("values come from the path, whatever the query says", () => {
  expect(at("api/v1/incidents/7/notes/a%20b?number=8&ID=9")).toEqual({ number: "7", id: "a b" });
});

test("a segment that is not valid percent-encoding has no values", () => {
  expect(at("api/v1/incidents/7/notes/%zz")).toBeUndefined();
});

test("OpenAPI paths carry no constraints", () => {
  expect(openApiPath(ROUTE)).toBe("/api/v1/incidents/{number}/notes/{id}");
  expect(routeNames(ROUTE)).toEqual(["number", "id"]);
});
