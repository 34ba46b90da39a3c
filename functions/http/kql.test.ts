import { beforeEach, describe, expect, test } from "vitest";

import * as providers from "../../shared/repositories/providers.ts";
import { KqlSchemaReply } from "../../shared/schemas/hunting.ts";
import { FUNCTIONS } from "../../shared/schemas/kql.ts";
import { testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, aProvider } from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import { kqlSchema } from "./kql.ts";

let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  deps.siem.schema = async ({ id }) => ({
    SigninLogs: { TimeGenerated: "datetime", IPAddress: "string" },
    [id === "sip_b" ? "Payments_CL" : "Doors_CL"]: { Amount: "real" },
    [FUNCTIONS]: [{ name: "Recent", parameters: "days:int=7", body: "SigninLogs" }],
  });
  await providers.create(deps.documents, aProvider());
  await providers.create(
    deps.documents,
    aProvider({ id: "sip_b", name: "branch", is_default: false }),
  );
});

const read = (request: TestRequest = {}) =>
  call(kqlSchema, deps, { as: aPrincipal("analyst"), ...request });

describe("GET /api/v1/kql/schema", () => {
  test("200: tables with typed columns in their order, saved functions and those of every workspace", async () => {
    const { status, json } = await read();
    expect(status).toBe(200);
    const { tables, functions } = KqlSchemaReply.parse(json);
    expect(tables).toEqual([
      { name: "Doors_CL", columns: [{ name: "Amount", type: "real" }] },
      {
        name: "SigninLogs",
        columns: [
          { name: "TimeGenerated", type: "datetime" },
          { name: "IPAddress", type: "string" },
        ],
      },
    ]);
    expect(functions).toContainEqual({ name: "Recent", signature: "Recent(days:int=7)" });
    expect(functions.map(({ name }) => name)).toContain("_GetWatchlist");
  });

  // Another workspace's custom tables would complete to names that every query is refused for.
  test("200: the named provider's own tables", async () => {
    const { json } = await read({ query: { provider: "branch" } });
    const names = KqlSchemaReply.parse(json).tables.map(({ name }) => name);
    expect(names).toEqual(["Payments_CL", "SigninLogs"]);
  });

  // A schema of hundreds of tables is fetched again only when the workspace changed.
  test("304 while nothing changed, 200 when a column arrived", async () => {
    const etag = (await read()).headers.get("etag") ?? "";
    const headers = { "if-none-match": etag };
    expect((await read({ headers })).status).toBe(304);
    deps.siem.schema = async () => ({ SigninLogs: { TimeGenerated: "datetime", New: "string" } });
    expect((await read({ headers })).status).toBe(200);
  });

  test("401, 403, 404, 422: nobody, a viewer, another tenant's provider, an unknown parameter", async () => {
    expect((await call(kqlSchema, deps)).status).toBe(401);
    expect((await read({ as: aPrincipal("viewer") })).status).toBe(403);
    expect((await read({ query: { provider: "sip_other" } })).status).toBe(404);
    expect((await read({ query: { table: "SigninLogs" } })).status).toBe(422);
  });
});
