/** Saved functions and watchlists as queries run them. */
import { describe, expect, test } from "vitest";

import type { WorkspaceSchema } from "../../schemas/kql.ts";
import { withFunctions } from "../functions.ts";
import { compileQuery } from "./compile.ts";
import { createMemoryTables } from "./memoryTables.ts";
import { toWire } from "./wire.ts";

const TABLES: WorkspaceSchema = {
  Logins: { TimeGenerated: "datetime", User: "string", Ip: "string", Tries: "long" },
  Watchlist: {
    TimeGenerated: "datetime",
    WatchlistAlias: "string",
    SearchKey: "string",
    WatchlistItem: "dynamic",
    LastUpdatedTimeUTC: "datetime",
    _DTItemId: "string",
    _DTItemType: "string",
    _DTItemStatus: "string",
  },
};
const SCHEMA = withFunctions(TABLES, [
  {
    name: "Recent",
    parameters: "hours:int=24, user:string='*'",
    body: "let since = ago(hours * 1h); Logins | where TimeGenerated > since | where user == '*' or User == user",
  },
  {
    name: "Busy",
    parameters: "T:(User:string, Tries:long), least:long=10",
    body: "T | summarize Tries = sum(Tries) by User | where Tries >= least",
  },
  { name: "Twice", parameters: "n:long", body: "n * 2" },
  { name: "Nested", parameters: "", body: "Recent(hours=1) | invoke Busy(1)" },
  {
    name: "Unpacked",
    parameters: "least:long=1, who:string=''",
    body: "Logins | where Tries >= least and (who == '' or User == who) | project User, Bag = bag_pack('Tries', Tries, 'Net', substring(Ip, 0, 2)) | evaluate bag_unpack(Bag)",
  },
  {
    name: "Pivoted",
    parameters: "",
    body: "Unpacked(5) | project User, Net | evaluate pivot(User)",
  },
  {
    name: "UnpackedOf",
    parameters: "T:(Bag:dynamic)",
    body: "T | evaluate bag_unpack(Bag)",
  },
  { name: "Trusted", parameters: "", body: "_GetWatchlist('trusted') | project SearchKey" },
]);

const NOW = new Date("2026-06-17T16:00:00Z");
const tables = createMemoryTables(SCHEMA);
tables.append("Logins", [
  { TimeGenerated: "2026-06-17T15:30:00Z", User: "anna", Ip: "10.0.0.1", Tries: 4 },
  { TimeGenerated: "2026-06-17T12:00:00Z", User: "anna", Ip: "10.0.0.9", Tries: 7 },
  { TimeGenerated: "2026-06-10T12:00:00Z", User: "bert", Ip: "10.0.0.2", Tries: 30 },
]);
const item = (at: string, alias: string, id: string, key: string, more: object = {}) => ({
  TimeGenerated: at,
  LastUpdatedTimeUTC: at,
  WatchlistAlias: alias,
  _DTItemId: id,
  SearchKey: key,
  WatchlistItem: { SearchKey: key, ...more },
  _DTItemType: "watchlist-item",
  _DTItemStatus: "Create",
});
tables.append("Watchlist", [
  item("2026-05-01T00:00:00Z", "trusted", "1", "10.0.0.9", { Owner: "nobody", Site: "old" }),
  item("2026-06-01T00:00:00Z", "trusted", "1", "10.0.0.1", { Owner: "anna", Site: "london" }),
  item("2026-06-01T00:00:00Z", "trusted", "2", "10.0.0.2", { Owner: "bert" }),
  { ...item("2026-06-02T00:00:00Z", "trusted", "2", "10.0.0.2"), _DTItemStatus: "Delete" },
  item("2026-06-01T00:00:00Z", "vips", "3", "anna"),
]);

function run(query: string, hours = 24 * 365) {
  const from = new Date(NOW.getTime() - hours * 3_600_000);
  const result = compileQuery(query, SCHEMA).run(tables, { now: NOW, timespan: { from, to: NOW } });
  return {
    columns: result.columns.map(({ name }) => name),
    rows: result.rows.map((row) =>
      row.map((value, i) => toWire(value, result.columns[i]?.type ?? "dynamic")),
    ),
  };
}

describe("saved functions", () => {
  test.each([
    ["Recent | summarize Tries = sum(Tries)", [[11]]],
    ["Recent() | count", [[2]]],
    ["Recent(hours=200) | count", [[3]]],
    ["Recent(200, 'bert') | project User", [["bert"]]],
    [
      "Logins | invoke Busy() | sort by User asc",
      [
        ["anna", 11],
        ["bert", 30],
      ],
    ],
    ["Busy(Logins, 20)", [["bert", 30]]],
    ["print n = Twice(21)", [[42]]],
    ["Nested", [["anna", 4]]],
    ["let Recent = () { print x = 1 }; Recent", [[1]]],
    ["let since = 1; Recent | count", [[2]]],
    ["union Recent(1), (Recent(5)) | count", [[3]]],
    ["Unpacked | summarize sum(Tries)", [[41]]],
    ["let n = 5; Unpacked(least=n * 2) | project User, Net", [["bert", "10"]]],
    ["Unpacked(1, 'an\"; Logins') | count", [[0]]],
    ["Logins | join kind=inner (Unpacked(20) | project User, Net) on User | project Net", [["10"]]],
    ["Pivoted", [["10", 1, 1]]],
    ["let f = () { Unpacked | where Tries == 4 }; f() | project Net", [["10"]]],
  ])("%s", (query, rows) => {
    expect(run(query).rows).toEqual(rows);
  });

  // The fence of a call stands outside of any text, a saved one included.
  test("the call's time range holds inside of a body", () => {
    expect(run("Recent(hours=200) | count", 1).rows).toEqual([[1]]);
  });

  // Their columns follow from the rows of the moment: what cannot be known in time is refused at the call.
  test.each([
    ["let L = Logins | extend Bag = dynamic({});\nUnpackedOf(L)", 2, 1],
    ["Logins | extend Bag = dynamic({}) | invoke UnpackedOf()", 1, 44],
    ["let f = (n:long) { Unpacked(n) };\nf(1)", 1, 20],
  ])("%s is refused", (query, line, column) => {
    expect(() => run(query)).toThrow(expect.objectContaining({ line, column }) as Error);
  });

  test("what the engine lacks is refused at the call's place, before a row is read", () => {
    const schema = withFunctions(TABLES, [
      { name: "Clusters", parameters: "", body: "Logins | evaluate autocluster()" },
    ]);
    expect(() => compileQuery("Logins | union\n  Clusters", schema)).toThrow(
      expect.objectContaining({ line: 2, column: 3 }) as Error,
    );
  });
});

describe("watchlists", () => {
  test("a watchlist has the newest row of each item that is not deleted, and the items' own columns", () => {
    expect(run("_GetWatchlist('trusted')")).toEqual({
      columns: ["_DTItemId", "LastUpdatedTimeUTC", "SearchKey", "WatchlistItem", "Owner", "Site"],
      rows: [
        [
          "1",
          "2026-06-01T00:00:00.0000000Z",
          "10.0.0.1",
          '{"SearchKey":"10.0.0.1","Owner":"anna","Site":"london"}',
          "anna",
          "london",
        ],
      ],
    });
  });

  // Items are refreshed every few days: a hunt over the last hour would find every watchlist empty.
  test("the time range of a call does not apply to the items", () => {
    expect(run("_GetWatchlist('vips') | project SearchKey", 1).rows).toEqual([["anna"]]);
  });

  test.each([
    [
      "Logins | where Ip in ((_GetWatchlist('trusted') | project SearchKey)) | project User",
      [["anna"]],
    ],
    [
      "let vips = _GetWatchlist('vips') | project SearchKey; Logins | where User in (vips) | count",
      [[2]],
    ],
    [
      "Logins | join kind=inner _GetWatchlist('trusted') on $left.Ip == $right.SearchKey | project Owner",
      [["anna"]],
    ],
    ["let alias = 'vips'; _GetWatchlist(alias) | count", [[1]]],
    ["_GetWatchlist('absent') | where Owner == 'x' | count", [[0]]],
    ["_GetWatchlistAlias | sort by WatchlistAlias asc", [["trusted"], ["vips"]]],
    ["_GetWatchlistAlias() | count", [[2]]],
    ["Trusted", [["10.0.0.1"]]],
    ["let f = (a:string) { _GetWatchlist(a) | project SearchKey }; f('vips')", [["anna"]]],
  ])("%s", (query, rows) => {
    expect(run(query).rows).toEqual(rows);
  });
});
