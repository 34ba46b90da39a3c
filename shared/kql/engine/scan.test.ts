import { expect, test } from "vitest";

import { rowsOf, runQuery } from "./queryText.fixture.ts";

const EVENTS = `datatable(t:timespan, e:string)[
  0m,"A", 1m,"Start", 2m,"B", 3m,"D", 4m,"Stop", 6m,"C", 8m,"Start", 11m,"E", 12m,"Stop"] | sort by t asc`;

// The steps are looked at from the last to the first: the other way round, one row would run through all of them.
test("a sequence takes rows from step to step, and rows outside of one are left out", () => {
  const query = `${EVENTS} | scan with_match_id=id declare (step:string) with (
      step s1: e == "Start" => step = "s1";
      step s2: e != "Start" and e != "Stop" and t - s1.t <= 5m => step = "s2";
      step s3: e == "Stop" and t - s1.t <= 5m => step = "s3";
    ) | project e, step, id`;
  expect(rowsOf(query)).toEqual([
    ["Start", "s1", 0],
    ["B", "s2", 0],
    ["D", "s2", 0],
    ["Stop", "s3", 0],
    ["Start", "s1", 1],
    ["E", "s2", 1],
    ["Stop", "s3", 1],
  ]);
});

test("a step reads what it assigned before, from the declared default on", () => {
  const query = `range x from 1 to 4 step 1
    | scan declare (total:long=0) with (step s1: true => total = x + s1.total;)`;
  expect(rowsOf(query)).toEqual([
    [1, 1],
    [2, 3],
    [3, 6],
    [4, 10],
  ]);
});

test("an assignment can fill gaps of a column from the row before", () => {
  const query = `datatable(n:long, e:string)[1,"A", 2,"", 3,"B", 4,""] | sort by n asc
    | scan with (step s1: true => e = iff(isempty(e), s1.e, e);)`;
  expect(rowsOf(query).map(([, e]) => e)).toEqual(["A", "A", "B", "B"]);
});

test("partitions do not see each other, and of a step with output=last only its last row is shown", () => {
  const query = `datatable(u:string, n:long)["a",1, "b",1, "a",2, "b",5, "a",9] | serialize
    | scan partition by u declare (f:long) with (
      step s1 output=last: true => f = iff(isnull(s1.f), n, s1.f);
    ) | sort by u asc`;
  expect(rowsOf(query)).toEqual([
    ["a", 9, 1],
    ["b", 5, 1],
  ]);
  const once = `datatable(e:string)["x","y","y","y","z"] | serialize | scan with (
      step s1 output=none: e == "x"; step s2 output=last: e == "y"; step s3: e == "z";)`;
  expect(rowsOf(once)).toEqual([["y"], ["z"]]);
});

// prev() of the one row that a step looks at would be empty, in silence.
test("what has no meaning in a step is refused at its place", () => {
  expect(() => runQuery("range x from 1 to 3 step 1 | scan with (step s: x > prev(x);)")).toThrow(
    /prev\(\) has no meaning/,
  );
});
