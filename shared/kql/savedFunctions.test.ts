/** Saved functions as the analyser and the policy see them. */
import { describe, expect, test } from "vitest";

import type { WorkspaceSchema } from "../schemas/kql.ts";
import { analyse } from "./analyse.ts";
import { createKqlAnalyser } from "./analyser.ts";
import { withFunctions } from "./functions.ts";
import type { KqlPolicy } from "./policy.ts";

const TABLES: WorkspaceSchema = {
  Secret: { TimeGenerated: "datetime", Ip: "string" },
  Open: { TimeGenerated: "datetime", Ip: "string", Bytes: "long" },
};
/** As parsers of public content bound the time: by a parameter, when it is given. */
const PARSER =
  "Open | where isnull(starttime) or TimeGenerated >= starttime | project TimeGenerated, Ip";
const SCHEMA = withFunctions(TABLES, [
  { name: "Peek", parameters: "days:int=7", body: "Secret | where TimeGenerated > ago(days * 1d)" },
  { name: "Deep", parameters: "", body: "let hidden = Peek(3); Open | join hidden on Ip" },
  { name: "Times", parameters: "starttime:datetime=datetime(null)", body: PARSER },
  { name: "Raw", parameters: "", body: "Open | project TimeGenerated, Ip" },
  { name: "Shifted", parameters: "", body: "Open | extend TimeGenerated = now()" },
  { name: "Again", parameters: "", body: "Shifted()" },
  {
    name: "Passed",
    parameters: "from:datetime=datetime(null)",
    body: "Times(starttime=from)",
  },
  { name: "Outside", parameters: "", body: "workspace('other').Open" },
  { name: "Loader", parameters: "", body: "externaldata(x:string)['https://example.com/x']" },
  { name: "Count", parameters: "T:(Bytes:long), least:long=1", body: "T | where Bytes > least" },
  { name: "Kilo", parameters: "bytes:long", body: "bytes / 1024" },
  // Unreadable: it must not take the others with it.
  { name: "Broken", parameters: "((", body: "print 1" },
  { name: "Veiled", parameters: "x:string" },
]);

const findings = (query: string, policy: KqlPolicy = {}) =>
  analyse(query, SCHEMA, policy).policy.map(({ rule }) => rule);
const errors = (query: string) =>
  analyse(query, SCHEMA).diagnostics.map(({ code, suggestion }) => [code, suggestion]);

describe("what a call is understood as", () => {
  test.each([
    ["Peek", ["TimeGenerated", "Ip"]],
    ["Peek()", ["TimeGenerated", "Ip"]],
    ["Peek(days=3) | project Ip", ["Ip"]],
    ["Open | invoke Count(5)", ["TimeGenerated", "Ip", "Bytes"]],
    ["Open | project k = Kilo(Bytes)", ["k"]],
    ["_GetWatchlist('vips') | project SearchKey, Anything", ["SearchKey", "Anything"]],
    ["_GetWatchlistAlias", ["WatchlistAlias"]],
    ["_Im_Dns(starttime=ago(1d)) | summarize count() by DnsQuery", ["DnsQuery", "count_"]],
    ["_ASim_Authentication | project TargetUsername", ["TargetUsername"]],
  ])("%s", (query, columns) => {
    const { diagnostics, output } = analyse(query, SCHEMA);
    expect({ diagnostics, columns: output.map(({ name }) => name) }).toEqual({
      diagnostics: [],
      columns,
    });
  });

  // Evidence that names no table would claim that the query read nothing.
  test("the tables of a query are those of the bodies that it calls, at any depth", () => {
    expect(analyse("Deep | take 1", SCHEMA)).toMatchObject({
      tables: ["Open", "Secret"],
      functions: ["Deep"],
    });
  });

  test.each([
    ["Pek()", "KS211", "Peek"],
    ["_GetWatchlst('vips')", "KS211", "_GetWatchlist"],
    ["_Im_Authentification", "KS142", "_Im_Authentication"],
    ["Peek | where Ipp == '1'", "KS142", "Ip"],
    ["Peek(day=3)", "KS196", "days"],
    ["Open | extend x = tostrin(Bytes)", "KS211", "tostring"],
    ["Opn | take 1", "KS204", "Open"],
  ])("%s is an error with the nearest name", (query, code, suggestion) => {
    expect(errors(query)).toContainEqual([code, suggestion]);
  });
});

describe("a saved function is no way around the policy", () => {
  test.each([
    ["Peek", { deniedTables: ["Secret"] }, "table-denied"],
    ["Deep | project Ip", { deniedTables: ["Secret"] }, "table-denied"],
    ["let f = () { Deep }; f", { deniedTables: ["Secret"] }, "table-denied"],
    ["union Open, (Peek(1))", { allowedTables: ["Open"] }, "table-denied"],
    [
      "print Ip = toscalar(Peek | project Ip | take 1)",
      { deniedTables: ["Secret"] },
      "table-denied",
    ],
    ["_GetWatchlist('vips')", { deniedTables: ["Watchlist"] }, "table-denied"],
    ["_GetWatchlistAlias", { allowedTables: ["Open"] }, "table-denied"],
    ["Veiled('x')", { deniedTables: ["Secret"] }, "unseen-function"],
    ["_Im_Dns", { deniedTables: ["Secret"] }, "unseen-function"],
    ["Outside", {}, "cross-scope"],
    ["Loader | take 1", {}, "external-data"],
    ["Raw", { needsTimeBound: true }, "time-bound"],
    ["Raw | take 5 | where TimeGenerated > ago(1d)", { needsTimeBound: true }, "time-bound"],
    ["Shifted | where TimeGenerated > ago(1d)", { needsTimeBound: true }, "time-bound"],
    ["Times", { needsTimeBound: true }, "time-bound"],
    ["Again | where TimeGenerated > ago(1d)", { needsTimeBound: true }, "time-bound"],
    ["Passed", { needsTimeBound: true }, "time-bound"],
    ["Passed(from=datetime(null))", { needsTimeBound: true }, "time-bound"],
    ["Times(starttime=datetime(null))", { needsTimeBound: true }, "time-bound"],
    ["Deep", { needsTimeBound: true }, "time-bound"],
    ["_Im_Dns", { needsTimeBound: true }, "time-bound"],
  ] as const)("%s", (query, policy, rule) => {
    expect(findings(query, policy)).toContain(rule);
  });

  test.each([
    ["Peek(1)", { needsTimeBound: true }],
    ["Raw | where TimeGenerated > ago(1d)", { needsTimeBound: true }],
    ["Times(starttime=ago(1d))", { needsTimeBound: true }],
    ["Passed(from=ago(1d))", { needsTimeBound: true }],
    ["_Im_Dns(starttime=ago(1d))", { needsTimeBound: true }],
    ["_Im_Dns | where TimeGenerated > ago(1d)", { needsTimeBound: true }],
    ["_GetWatchlist('vips')", { needsTimeBound: true }],
    ["Raw", { deniedTables: ["Secret"] }],
    ["Peek", { allowedTables: ["Secret"] }],
    ["Veiled('x')", {}],
  ] as const)("%s is allowed where nothing is against it", (query, policy) => {
    expect(findings(query, policy)).toEqual([]);
  });
});

// Symbols do not travel between threads: functions would be known in tests and unknown in the product.
test("the analysing worker knows the functions", async () => {
  const analyser = createKqlAnalyser();
  const { ok, tables } = await analyser.analyse("Peek | take 1", SCHEMA);
  await analyser.close();
  expect({ ok, tables }).toEqual({ ok: true, tables: ["Secret"] });
});
