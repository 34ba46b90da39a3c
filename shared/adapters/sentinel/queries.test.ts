/** The adapter's own queries, before the parser that the service uses. */
import { expect, test } from "vitest";

import { analyse } from "../../kql/analyse.ts";
import { rowsOf } from "../../kql/engine/queryText.fixture.ts";
import { BUILT_IN_SCHEMA } from "../../kql/schema.ts";
import {
  alertsQuery,
  cappedQuery,
  changedIncidentsQuery,
  incidentQuery,
  incidentRowsQuery,
} from "./queries.ts";

const RANGE = { from: "2026-06-01T00:00:00.000Z", to: "2026-06-17T00:00:00.000Z" };

const QUERIES: readonly [string, string][] = [
  ["the first page", changedIncidentsQuery(RANGE, undefined, 500)],
  [
    "a later page",
    changedIncidentsQuery(RANGE, { time: "2026-06-03T08:09:10.1234567Z", number: 322 }, 500),
  ],
  ["one incident", incidentQuery(322)],
  ["the rows of one incident", incidentRowsQuery(322, 200)],
  ["alerts", alertsQuery(["a", 'b"]); union *', "c\\"])],
];

// The sync is silent when its own query is wrong: nobody reads it before it is sent.
test.each(QUERIES)("%s is clean before the parser", (_, kql) => {
  const analysis = analyse(kql, BUILT_IN_SCHEMA);
  expect(analysis.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(analysis.tables).toHaveLength(1);
});

// Two incidents of one millisecond lie on two pages: a position that is rounded loses or repeats one.
test("a page's position keeps all seven decimals", () => {
  const position = { time: "2026-06-03T08:09:10.1234567Z", number: 322 };
  expect(changedIncidentsQuery(RANGE, position, 10)).toContain("1234567");
});

// Otherwise an incident with one strange row is not seen for years, or never changes again.
test.each([
  ["nothing", null],
  ["years to come", "2099-01-01T00:00:00Z"],
])("a row that was changed at %s counts by when it came", (_, changed) => {
  const columns = {
    IncidentNumber: "int",
    LastModifiedTime: "datetime",
    TimeGenerated: "datetime",
  } as const;
  const came = "2026-06-10T00:00:00Z";
  const table = [
    { IncidentNumber: 1, LastModifiedTime: changed, TimeGenerated: came },
    { IncidentNumber: 2, LastModifiedTime: "2026-06-12T00:00:00Z", TimeGenerated: came },
  ];
  const tables = { schema: { SecurityIncident: columns }, rows: { SecurityIncident: table } };
  const kql = `${changedIncidentsQuery(RANGE, undefined, 9)} | project IncidentNumber, LastModifiedTime`;
  expect(rowsOf(kql, tables, { now: new Date(RANGE.to) })).toEqual([
    [1, "2026-06-10T00:00:00.0000000Z"],
    [2, "2026-06-12T00:00:00.0000000Z"],
  ]);
});

test.each([
  ["SigninLogs", "SigninLogs\n| take 6"],
  ["let a = 1; SigninLogs ; \n", "let a = 1; SigninLogs\n| take 6"],
  ["SigninLogs // all of them", "SigninLogs // all of them\n| take 6"],
  [
    "SigninLogs | summarize count() | render piechart",
    "SigninLogs | summarize count() | render piechart",
  ],
])("the cap of %o keeps the query clean", (kql, capped) => {
  expect(cappedQuery(kql, 6)).toBe(capped);
  const { diagnostics } = analyse(capped, BUILT_IN_SCHEMA);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});
