import { expect, test } from "vitest";

import { rowsOf } from "./queryText.fixture.ts";

/** One row of one cell for each expression. */
const value = (expression: string): unknown => rowsOf(`print v = ${expression}`)[0]?.[0];

// Kusto's rules differ from SQL's and JavaScript's in each of these; a wrong one is a wrong verdict.
test.each([
  // Text
  ['"a" == "A"', false],
  ['"a" =~ "A"', true],
  ['"mimikatz.exe" has "mimikatz"', true],
  ['"mimikatz.exe" has "mimi"', false],
  ['"mimikatz.exe" hasprefix "mimi"', true],
  ['"a_b" has "a"', true],
  ['"ABC" contains "b"', true],
  ['"ABC" contains_cs "b"', false],
  ['"x" in~ ("X", "y")', true],
  ['"x" in ("X", "y")', false],
  ['"a b" has_any (dynamic(["c", "B"]))', true],
  ['"a b" has_all ("a", "c")', false],
  ['substring("hello", -2, 2)', "lo"],
  ['extract(@"(\\d+)-(\\d+)", 2, "10-20")', "20"],
  ['extract(@"x(\\d+)", 1, "x7", typeof(long)) + 1', 8],
  ['extract_json("$.a.b[1]", \'{"a":{"b":[1,20]}}\')', "20"],
  ['extract_json("$.a", \'{"a":41}\', typeof(long)) + 1', 42],
  ['extractjson("$.a", \'{"a":"x"}\', typeof(long))', null],
  ['extract_json("$.a", \'{"a":"2020-01-01"}\', typeof(datetime)) > datetime(2019-12-31)', true],
  ['gettype(extract_json("$.a", \'{"a":[1]}\', typeof(dynamic)))', "array"],
  ['extract_json("$.constructor", \'{"a":[1]}\')', ""],
  ['extract_json("$.a.length", \'{"a":[1]}\')', ""],
  [
    'tostring(parse_url("http://h/?__proto__=1&toString=2")["Query Parameters"])',
    '{"__proto__":"1","toString":"2"}',
  ],
  ['tostring(dynamic({"a":1}).toString)', ""],
  ['"0" == 0', true],
  ['"007" == 7', false],
  ['"x" != 7', true],
  ['"50126" in (0, 50126)', true],
  ['replace_regex("one two", @"(\\w+)", @"[\\1]")', "[one] [two]"],
  ['strcat("a", 1, true, dynamic(null))', "a1True"],
  ["strlen(tostring(dynamic(null)))", 0],
  ['isnull("")', false],
  ['isempty("")', true],
  ['split("a,b", ",")[1]', "b"],
  // Numbers
  ["7 / 2", 3],
  ["-7 / 2", -3],
  ["(-5) % 3", 1],
  ["7 / 2.0", 3.5],
  ["10 / 0", null],
  ["1.0 / 0", "Infinity"],
  ["tolong('5.9')", null],
  ["toint(5.9)", 5],
  ["toint('0xFF')", 255],
  ["long(9223372036854775807) + 1 < 0", true],
  ["bin(-5, 2)", -6],
  ["round(2.5)", 2],
  // Bool and null
  ["tostring(true)", "True"],
  ["tostring(dynamic(true))", "true"],
  ["int(null) == 1", false],
  ["int(null) != 1", true],
  ["int(null) > 1", false],
  ["coalesce(int(null), 3)", 3],
  ["tobool('yes')", null],
  ["iff(int(null) == 1, 'a', 'b')", "b"],
  // Times
  ["bin(datetime(2024-07-18), 7d)", "2024-07-15T00:00:00.0000000Z"],
  ["startofweek(datetime(2024-07-18))", "2024-07-14T00:00:00.0000000Z"],
  ["datetime(2024-07-18T10:00:00.1234567Z)", "2024-07-18T10:00:00.1234567Z"],
  ["datetime(2024-07-18) - datetime(2024-07-17)", "1.00:00:00"],
  ["1d / 1h", 24],
  ["dayofweek(datetime(2024-07-18))", "4.00:00:00"],
  ["format_datetime(datetime(2024-07-18 05:04:03), 'yyyy-MM-dd HH:mm')", "2024-07-18 05:04"],
  ["datetime_diff('day', datetime(2024-07-18 01:00), datetime(2024-07-17 23:00))", 1],
  ["datetime_add('month', 1, datetime(2024-01-31))", "2024-02-29T00:00:00.0000000Z"],
  ["ago(1d)", "2024-07-19T00:00:00.0000000Z"],
  ["totimespan('1.02:03:04')", "1.02:03:04"],
  ["todatetime('not a time')", null],
  // Dynamics
  ['tostring(parse_json(\'{"a":[1,{"b":"x"}]}\').a[1].b)', "x"],
  ['parse_json("not json")', "not json"],
  ['dynamic({"a":5}).a == 5', true],
  ['dynamic({"a":"5"}).a == "5"', true],
  ["array_length(dynamic([]))", 0],
  ["dynamic([1,2,3])[-1]", "3"],
  ["bag_merge(dynamic({'a':1}), dynamic({'a':2,'b':3}))", '{"a":1,"b":3}'],
  ["set_union(dynamic([1,2]), dynamic([2,3]))", "[1,2,3]"],
  ["gettype(dynamic({'a':1}))", "dictionary"],
  // Addresses
  ["ipv4_is_private('192.168.1.1')", true],
  ["ipv4_is_in_range('10.1.2.3', '10.0.0.0/8')", true],
  ["ipv4_is_in_range('not an address', '10.0.0.0/8')", null],
])("%s is %j", (expression, expected) => {
  expect(value(expression)).toEqual(expected);
});

const people = 'let P = datatable(k:long, n:string)[1,"a", 1,"b", 2,"c", long(null),"d"];';
const things = 'let T = datatable(k:long, t:string)[1,"x", 1,"y", 3,"z", long(null),"n"];';

// A join without a kind that kept every left row would count the same sign-in twice. A null matches a null.
test.each([
  [
    "",
    [
      [1, "a", 1, "x"],
      [1, "a", 1, "y"],
      [null, "d", null, "n"],
    ],
  ],
  [
    "kind=inner",
    [
      [1, "a", 1, "x"],
      [1, "a", 1, "y"],
      [1, "b", 1, "x"],
      [1, "b", 1, "y"],
      [null, "d", null, "n"],
    ],
  ],
  [
    "kind=leftouter",
    [
      [1, "a", 1, "x"],
      [1, "a", 1, "y"],
      [1, "b", 1, "x"],
      [1, "b", 1, "y"],
      [2, "c", null, ""],
      [null, "d", null, "n"],
    ],
  ],
  [
    "kind=rightouter",
    [
      [1, "a", 1, "x"],
      [1, "a", 1, "y"],
      [1, "b", 1, "x"],
      [1, "b", 1, "y"],
      [null, "d", null, "n"],
      [null, "", 3, "z"],
    ],
  ],
  ["kind=leftanti", [[2, "c"]]],
  [
    "kind=leftsemi",
    [
      [1, "a"],
      [1, "b"],
      [null, "d"],
    ],
  ],
  ["kind=rightanti", [[3, "z"]]],
  [
    "kind=rightsemi",
    [
      [1, "x"],
      [1, "y"],
      [null, "n"],
    ],
  ],
])("join %s", (kind, expected) => {
  expect(rowsOf(`${people} ${things} P | join ${kind} (T) on k`)).toEqual(expected);
});

test("lookup keeps the left rows and leaves out the right side's key", () => {
  expect(rowsOf(`${people} ${things} P | lookup (T) on k | take 3`)).toEqual([
    [1, "a", "x"],
    [1, "a", "y"],
    [1, "b", "x"],
  ]);
});

const numbers = 'datatable(g:string, x:long)["a",3, "b",long(null), "a",1, "b",2, "c",long(null)]';

test.each([
  [
    "sort by x",
    [
      ["a", 3],
      ["b", 2],
      ["a", 1],
      ["b", null],
      ["c", null],
    ],
  ],
  [
    "sort by x asc",
    [
      ["b", null],
      ["c", null],
      ["a", 1],
      ["b", 2],
      ["a", 3],
    ],
  ],
  [
    "sort by x asc nulls last, g asc",
    [
      ["a", 1],
      ["b", 2],
      ["a", 3],
      ["b", null],
      ["c", null],
    ],
  ],
  ["top 1 by x", [["a", 3]]],
  [
    "summarize arg_max(x, g) by g",
    [
      ["a", 3, "a"],
      ["b", 2, "b"],
      ["c", null, "c"],
    ],
  ],
  [
    "summarize count(), countif(isnotnull(x)), dcount(x), sum(x), avg(x), min(x) by g",
    [
      ["a", 2, 2, 2, 4, 2, 1],
      ["b", 2, 1, 1, 2, 2, 2],
      ["c", 1, 0, 0, 0, "NaN", null],
    ],
  ],
  ["summarize make_list(x), make_set(x)", [["[3,1,2]", "[3,1,2]"]]],
  ["where x > 100 | summarize count(), sum(x), make_list(g)", [[0, 0, "[]"]]],
  ["where x > 100 | summarize count() by g", []],
  ["distinct g", [["a"], ["b"], ["c"]]],
  ["summarize share = round(100.0 * countif(x > 1) / count(), 1)", [[40]]],
  ["where x !in (1, 2) | count", [[3]]],
  [
    "extend y = prev(x), n = row_number() | project n, y | take 2",
    [
      [1, null],
      [2, 3],
    ],
  ],
])("%s", (operators, expected) => {
  // Window functions ask for an order that the rows keep.
  expect(rowsOf(`${numbers} | serialize | ${operators}`)).toEqual(expected);
});

test("mv-expand gives a row for each item, and mv-apply runs a query over them", () => {
  const lists =
    "datatable(k:string, l:dynamic)['a', dynamic([1,2,3]), 'b', dynamic([]), 'c', dynamic([9])]";
  expect(rowsOf(`${lists} | mv-expand l to typeof(long)`)).toEqual([
    ["a", 1],
    ["a", 2],
    ["a", 3],
    ["c", 9],
  ]);
  expect(
    rowsOf(`${lists} | mv-apply x = l to typeof(long) on (summarize s = sum(x)) | project k, s`),
  ).toEqual([
    ["a", 6],
    ["c", 9],
  ]);
});

test("union keeps columns of one name and different types apart, and names its legs", () => {
  expect(
    rowsOf(
      "let A = datatable(x:long)[1]; let B = datatable(x:string)['q']; union withsource=src A, B",
    ),
  ).toEqual([
    ["union_arg0", 1, ""],
    ["union_arg1", null, "q"],
  ]);
});

test("parse takes columns out of text, and leaves rows without a match empty", () => {
  const lines = 'datatable(s:string)["user=bob port=22 ok", "nothing"]';
  expect(
    rowsOf(`${lines} | parse s with "user=" u " port=" p:long " " r | project u, p, r`),
  ).toEqual([
    ["bob", 22, "ok"],
    ["", null, ""],
  ]);
  expect(rowsOf(`${lines} | parse-where s with * "port=" p:long * | project p`)).toEqual([[22]]);
});

test("functions take scalars, defaults and whole tables", () => {
  const query = `
    let twice = (n:long, times:long = 2) { let m = n * times; m };
    let busy = (t:(g:string, x:long), least:long) { t | where x >= least };
    let big = (t:(*)) { t | where x > 2 };
    ${numbers} | invoke busy(2) | invoke big() | extend y = twice(x), z = twice(x, 10)`;
  expect(rowsOf(query)).toEqual([["a", 3, 6, 30]]);
});
