/** Operators that give columns or rows of a shape of their own. Expected values follow the Kusto documentation. */
import { describe, expect, test } from "vitest";

import { analyse } from "../analyse.ts";
import { rowsOf, runQuery } from "./queryText.fixture.ts";

const names = (query: string): string[] =>
  runQuery(query).columns.map(({ name, type }) => `${name}:${type}`);

const DAYS = `datatable(t:datetime, g:string, v:long)[
  datetime(2024-01-01T10:00:00Z), "a", 1,
  datetime(2024-01-01T11:00:00Z), "a", 2,
  datetime(2024-01-03T09:00:00Z), "b", 5]`;

describe("make-series", () => {
  // A missing bin would shift every later point to the wrong time.
  test("has a point for each step, the default where no row falls", () => {
    const query = `${DAYS} | make-series s = sum(v) default = -1, count() on t
      from datetime(2024-01-01) to datetime(2024-01-04) step 1d by g | sort by g asc`;
    expect(rowsOf(query).map((row) => row.slice(0, 3))).toEqual([
      ["a", "[3,-1,-1]", "[2,0,0]"],
      ["b", "[-1,-1,5]", "[0,0,1]"],
    ]);
  });

  test("leaves out rows outside of its bounds, and its end is not part of it", () => {
    const query = `${DAYS} | make-series sum(v) on t from datetime(2024-01-01) to datetime(2024-01-03) step 1d`;
    expect(rowsOf(query)[0]?.[0]).toBe("[3,0]");
  });

  // `step 1tick` over a year would fill the memory.
  test("refuses more points than the service allows", () => {
    expect(() =>
      runQuery(`${DAYS} | make-series sum(v) on t from ago(365d) to now() step 1microsecond`),
    ).toThrow(/points/);
  });
});

describe("as", () => {
  test.each([
    ["a later leg", `${DAYS} | as T | union T | count`, [[6]]],
    [
      "a join with itself",
      `${DAYS} | as T | join kind=inner (T | summarize v = max(v)) on v | project g`,
      [["b"]],
    ],
    [
      "a subquery",
      `${DAYS} | as T | where v == toscalar(T | summarize max(v)) | project g`,
      [["b"]],
    ],
    ["a let before", `let L = ${DAYS} | as T; L | union (T | take 1) | count`, [[4]]],
  ])("names the rows so far for %s", (_place, query, rows) => {
    expect(rowsOf(query)).toEqual(rows);
  });
});

describe("columns that follow from the rows", () => {
  const BAGS = 'datatable(k:long, d:dynamic)[1, dynamic({"a":1,"b":"x"}), 2, dynamic({"a":2.5})]';

  test("bag_unpack gives each property a column of the type its values share", () => {
    expect(names(`${BAGS} | evaluate bag_unpack(d)`)).toEqual(["k:long", "a:real", "b:string"]);
    expect(rowsOf(`${BAGS} | evaluate bag_unpack(d) | where a > 1.5 | project k, b`)).toEqual([
      [2, ""],
    ]);
  });

  test("bag_unpack keeps to its prefix, its conflict rule and the schema it is given", () => {
    expect(names(`${BAGS} | evaluate bag_unpack(d, "p_")`)).toContain("p_a:real");
    expect(() => runQuery(`${BAGS} | extend a = 1 | evaluate bag_unpack(d)`)).toThrow(/'a' twice/);
    expect(names(`${BAGS} | evaluate bag_unpack(d) : (k:long, b:string)`)).toEqual([
      "k:long",
      "b:string",
    ]);
  });

  test("pivot gives each value a column, empty cells the aggregate of nothing", () => {
    const query = `${DAYS} | evaluate pivot(g, sum(v), t) | sort by t asc`;
    expect(names(query)).toEqual(["t:datetime", "a:long", "b:long"]);
    expect(rowsOf(query).map((row) => row.slice(1))).toEqual([
      [1, 0],
      [2, 0],
      [0, 5],
    ]);
  });

  test("they work behind lets, in functions and on both sides of a join", () => {
    const query = `let bags = ${BAGS};
      let unpacked = () { let low = 1; bags | where k > low | evaluate bag_unpack(d) };
      unpacked() | join kind=inner (bags | evaluate bag_unpack(d, "r_")) on k | project k, a, r_a`;
    expect(rowsOf(query)).toEqual([[2, 2.5, 2.5]]);
  });

  // Nothing unsupported may come to light only after the first rows were read.
  test("what is not supported behind them is refused at its place", () => {
    expect(() => runQuery(`${BAGS} | evaluate bag_unpack(d) | evaluate autocluster()`)).toThrow(
      expect.objectContaining({ code: "unsupported-operator", line: 1 }),
    );
    expect(() => runQuery(`${BAGS} | evaluate bag_unpack(d)\n| extend x = nope`)).toThrow(
      expect.objectContaining({ code: "unknown-name", line: 2, column: 14 }),
    );
  });

  // A quiet week must not make a hunt fail: what it asks of columns that no row brought is there, empty.
  test.each([
    ["a join's key", "join kind=inner (print u = 'x') on $left.User == $right.u"],
    ["has_all()", "where User has_all ('x', 'y')"],
    ["has_any()", "where User has_any ('x', 'y')"],
    ["a path", "where User.name == 'x'"],
  ])("over no rows, a column that %s asks for is empty", (_, rest) => {
    expect(rowsOf(`${BAGS} | where k > 9 | evaluate bag_unpack(d) | ${rest}`)).toEqual([]);
  });

  test("narrow gives a row for each cell", () => {
    expect(rowsOf("print a=1, b='x' | evaluate narrow()")).toEqual([
      [0, "a", "1"],
      [0, "b", "x"],
    ]);
  });
});

test("partition runs its operators over the rows of each value", () => {
  const query = `${DAYS} | partition by g (top 1 by v desc | extend n = row_number()) | sort by g asc`;
  expect(rowsOf(query).map((row) => row.slice(1))).toEqual([
    ["a", 2, 1],
    ["b", 5, 1],
  ]);
});

test("top-nested keeps the greatest of each level and sums up the others", () => {
  const query = `${DAYS} | top-nested 1 of g with others = "rest" by sum(v), top-nested 1 of v by count()`;
  expect(rowsOf(query)).toEqual([
    ["b", 5, 5, 1],
    ["rest", 3, 1, 1],
  ]);
});

test("parse-kv reads quoted values, escapes, and the types that are asked for", () => {
  const query = String.raw`print s = 'a=1;b="x;y";c=q\\"z' | parse-kv s as (b:string, a:long, n:long)
    with (pair_delimiter=';', kv_delimiter='=', quote='"', escape='\\') | project a, b, n`;
  expect(rowsOf(query)).toEqual([[1, "x;y", null]]);
});

const TABLES = {
  schema: {
    Mail: { TimeGenerated: "datetime", Subject: "string" },
    Web: { TimeGenerated: "datetime", Url: "string", Bytes: "long" },
  },
  rows: {
    Mail: [{ TimeGenerated: "2024-07-01T00:00:00Z", Subject: "Evil invoice" }],
    Web: [
      { TimeGenerated: "2024-07-02T00:00:00Z", Url: "http://evil.test/", Bytes: 7 },
      { TimeGenerated: "2024-07-03T00:00:00Z", Url: "http://medieval.test/", Bytes: 8 },
    ],
  },
} as const;

describe("union kind=inner", () => {
  const legs = `let A = datatable(x:long, y:string, z:long)[1, "a", 7]; let B = datatable(x:long, y:string)[2, "b"];`;

  test("gives the columns that all tables have, with where each row is from", () => {
    expect(names(`${legs} union kind=inner A, B`)).toEqual(["x:long", "y:string"]);
    expect(rowsOf(`${legs} A | union kind=inner withsource=src B | sort by x asc`)).toEqual([
      ["union_arg0", 1, "a"],
      ["union_arg1", 2, "b"],
    ]);
    const nested = `${legs} union kind=inner (B | project x), (union kind=inner A, B) | summarize sum(x)`;
    expect(rowsOf(nested)).toEqual([[5]]);
  });

  // Bound to a column that the service does not give, the rest would run here and fail there.
  test("what follows cannot use another column, and is told so at its place", () => {
    const query = `${legs}\nA | union kind=inner B\n| where z == 7`;
    expect(() => runQuery(query)).toThrow(
      expect.objectContaining({ code: "unknown-name", line: 3, column: 9 }) as Error,
    );
    const [found] = analyse(query, {}).diagnostics;
    expect(found).toMatchObject({ severity: "error", line: 3, column: 9 });
    const { output } = analyse(`${legs} A | union kind=inner B`, {});
    expect(output.map(({ name }) => name)).toEqual(["x", "y"]);
  });
});

describe("search and find", () => {
  test("a term is looked for in every column of every table named, as a whole term", () => {
    expect(
      rowsOf('search in (Mail, Web) "evil" | project $table | sort by $table asc', TABLES),
    ).toEqual([["Mail"], ["Web"]]);
    expect(rowsOf('search in (Web) "*ev*" | count', TABLES)).toEqual([[2]]);
    expect(rowsOf('search kind=case_sensitive in (Mail) "evil" | count', TABLES)).toEqual([[0]]);
  });

  test("terms, columns and conditions go together", () => {
    expect(rowsOf('search in (Mail, Web) "evil" and Bytes > 5 | project Url', TABLES)).toEqual([
      ["http://evil.test/"],
    ]);
    expect(rowsOf('search in (Mail, Web) Subject:"invoi*" | count', TABLES)).toEqual([[1]]);
  });

  test("find gives the columns it projects, and where each row is from", () => {
    expect(rowsOf("find in (Mail, Web) where Bytes == 7 project Url", TABLES)).toEqual([
      ["Web", "http://evil.test/"],
    ]);
  });

  test("a union over a pattern of names reads the tables that fit", () => {
    expect(
      rowsOf("union withsource=T W*, Mail | summarize count() by T | sort by T asc", TABLES),
    ).toEqual([
      ["Mail", 1],
      ["Web", 2],
    ]);
  });
});

describe("series", () => {
  test("statistics and lines", () => {
    expect(rowsOf("print series_stats_dynamic(dynamic([1,2,3])).avg")).toEqual([["2"]]);
    expect(
      rowsOf(
        "print s = dynamic([2,4,6]) | extend (r, slope) = series_fit_line(s) | project r, slope",
      ),
    ).toEqual([[1, 2]]);
    expect(rowsOf("print series_fill_linear(dynamic([1,null,3]))")).toEqual([["[1,2,3]"]]);
  });

  test("an anomaly stands out of a season", () => {
    const query = `print s = dynamic([1,5,1,5,1,5,1,5,40,5,1,5,1,5,1,5])
      | extend (flag, score, base) = series_decompose_anomalies(s) | project flag`;
    expect(rowsOf(query)).toEqual([["[0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0]"]]);
  });
});

// Each value is the example of the function's documentation, or follows from its rules.
test.each([
  [
    `parse_xml('<a x="1"><b>t</b><b>u &amp; v</b><c/></a>')`,
    '{"a":{"@x":"1","b":["t","u & v"],"c":null}}',
  ],
  ["parse_xml('<a><b></a>')", null],
  [
    String.raw`parse_command_line(@'c:\a.exe "b c" d', "windows")`,
    String.raw`["c:\\a.exe","b c","d"]`,
  ],
  ["set_equals(dynamic([1,2]), dynamic([2,1]))", true],
  ["jaccard_index(dynamic([1,2]), dynamic([2,3]))", "0.3333333333333333"],
  ["geo_point_to_geohash(-80.195829, 25.802215, 8)", "dhwfz15h"],
  ["geo_point_in_circle(-122.317404, 47.609119, -122.3222, 47.61, 1000)", true],
  ["indexof_regex('abcabc', 'b.')", 1],
  ["translate('abc', 'x', 'banana')", "xxnxnx"],
])("%s", (expression, expected) => {
  expect(rowsOf(`print ${expression}`)).toEqual([[expected]]);
});

// Counting from the first row of the table instead would number every item but the first row's wrong.
test("mv-expand numbers the items of each row from 0", () => {
  const lists = "datatable(k:string, l:dynamic)['a', dynamic([7,8]), 'b', dynamic([9,9,9])]";
  expect(rowsOf(`${lists} | mv-expand with_itemindex=i l to typeof(long) | project k, i`)).toEqual([
    ["a", 0],
    ["a", 1],
    ["b", 0],
    ["b", 1],
    ["b", 2],
  ]);
});
