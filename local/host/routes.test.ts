import fc from "fast-check";
import { expect, test } from "vitest";

import type { RegisteredFunction } from "./core.ts";
import { buildRouteTable } from "./routes.ts";

const fn = (name: string, route: string, methods = ["GET"]): RegisteredFunction => ({
  metadata: { name, bindings: {} },
  callback: () => {},
  triggerName: "request",
  trigger: { type: "httpTrigger", direction: "in", route, methods, authLevel: "anonymous" },
});

// A route that wins here and loses in Azure sends requests to the wrong function only after deployment.
test("the first template that fits in alphabetical order of names wins; other methods are skipped", () => {
  const table = buildRouteTable(
    [
      fn("zLiteral", "items/export.csv"),
      fn("aParam", "items/{id}", ["GET", "PUT"]),
      fn("bPost", "items/import", ["POST"]),
    ],
    "api",
  );
  expect(table.find("GET", "/api/items/export.csv")?.fn.metadata.name).toBe("aParam");
  expect(table.find("POST", "/api/items/import")?.fn.metadata.name).toBe("bPost");
  expect(table.find("DELETE", "/api/items/import")).toBeUndefined();
});

// The index of plain paths must not change who wins.
test("plain paths are found as a search through all templates would find them", () => {
  const segment = fc.constantFrom("a", "b", "{x}", "{n:int}", "1");
  const functions = fc.uniqueArray(
    fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), fc.array(segment, { minLength: 1, maxLength: 3 })),
    { selector: ([name]) => name, maxLength: 12 },
  );
  const path = fc.array(fc.constantFrom("a", "b", "1", "2"), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(functions, path, (listed, parts) => {
      const all = listed.map(([name, segments]) => fn(name, withUniqueNames(segments)));
      const alone = all
        .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
        .find((each) => buildRouteTable([each], "").find("GET", `/${parts.join("/")}`));
      const found = buildRouteTable(all, "").find("GET", `/${parts.join("/")}`);
      expect(found?.fn.metadata.name).toBe(alone?.metadata.name);
    }),
  );
});

const withUniqueNames = (segments: readonly string[]): string =>
  segments.map((segment, index) => segment.replace(/^\{(\w)/, `{$1${index}`)).join("/");

test("built-in places and routes that are taken are refused by name", () => {
  const { refused } = buildRouteTable(
    [fn("a", "api/same"), fn("b", "API/Same"), fn("c", "admin/x"), fn("d", "api/admin/x")],
    "",
  );
  expect(refused.map(({ name }) => name)).toEqual(["b", "c"]);
});

test.each(["/leading", "a//b", "bad/{open", "bad/{id:nosuch}"])("%s stops the host", (route) => {
  expect(() => buildRouteTable([fn("bad", route)], "api")).toThrow("route template");
});
