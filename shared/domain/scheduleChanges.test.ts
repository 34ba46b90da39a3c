import { expect, test } from "vitest";

import type { Claim, Report } from "../schemas/sessions.ts";
import { changesSince, runFindings } from "./scheduleChanges.ts";

const claim = (key: string, text: string, over: Partial<Claim> = {}): Claim => ({
  id: "clm_1",
  text,
  kind: "order",
  is_key: false,
  finding_key: key,
  refs: [{ evidence_id: "ev_1", column: "Failures", value: 42 }],
  check: "verified",
  reason: "",
  ...over,
});

const findings = (...claims: Claim[]) => runFindings({ claims } as unknown as Report);

const earlier = (found: ReturnType<typeof findings>, verdict = "undetermined" as const) => ({
  id: "srn_1",
  started_at: "2026-01-15T08:00:00.000Z",
  findings: found,
  verdict,
});

const since = (before: Claim[], after: Claim[], looked: (key: string) => boolean = () => true) =>
  changesSince(
    earlier(findings(...before)),
    { findings: findings(...after), verdict: "undetermined" },
    looked,
  );

test("new, gone and changed are told by the findings' keys", () => {
  const ten = { refs: [{ evidence_id: "ev_1", column: "Failures", value: 10 }] };
  const before = [claim("a:1", "42 of ana"), claim("b:1", "bo")];
  const after = [claim("a:1", "10 of ana", ten), claim("c:1", "cy")];
  expect(since(before, after)).toMatchObject({
    summary: "Since the run of 2026-01-15 08:00 UTC: 1 new, 1 gone, 1 changed.",
    compared_with: { run_id: "srn_1" },
    new: [{ key: "c:1", text: "cy" }],
    gone: [{ key: "b:1", text: "bo" }],
    changed: [{ key: "a:1", before: "42 of ana", after: "10 of ana" }],
  });
});

const at = (value: string) => ({
  refs: [
    { evidence_id: "ev_1", column: "Failures", value: 42 },
    { evidence_id: "ev_1", column: "First", value },
  ],
});

// Every run looks at another day: if times counted, every finding would change every morning.
test("the same finding at another time is no change, which is one line", () => {
  const before = [claim("a:1", "from 8", at("2026-01-14T08:00:00Z"))];
  const after = [claim("a:1", "from 9", at("2026-01-15T09:00:00Z"))];
  expect(since(before, after)).toEqual({
    summary: "No change since the run of 2026-01-15 08:00 UTC.",
    compared_with: { run_id: "srn_1", started_at: "2026-01-15T08:00:00.000Z" },
    new: [],
    gone: [],
    changed: [],
    not_checked: [],
    verdict: null,
  });
});

const of = (rows: number): Partial<Claim> => ({
  kind: "absence",
  refs: [{ evidence_id: "ev_rows", column: "Rows", value: rows }],
});

test("an absence is the same however full its table was", () => {
  expect(since([claim("n:1", "none", of(10))], [claim("n:1", "none", of(99))]).changed).toEqual([]);
});

// A run whose workspace was down would otherwise report that the attack is over.
test("what a run could not look for is not gone", () => {
  expect(since([claim("a:1", "ana")], [], () => false)).toMatchObject({
    summary: "No change since the run of 2026-01-15 08:00 UTC. 1 finding not checked again.",
    gone: [],
    not_checked: [{ key: "a:1" }],
  });
});

test("struck claims and fillers are no findings; claims of one key are one", () => {
  const found = findings(
    claim("a:1", "one"),
    claim("a:1", "two", { is_key: true }),
    claim("b:1", "false", { check: "struck" }),
    claim("c00.answered:x", "Rows in the first whole answer: 7."),
  );
  expect(found).toMatchObject([{ key: "a:1", text: "one two", is_key: true }]);
});

test("claims of one key in another order are no change", () => {
  const [x, y] = [1, 2].map((value) => ({ refs: [{ evidence_id: "e", column: "N", value }] }));
  const before = [claim("a:1", "x", x), claim("a:1", "y", y)];
  expect(since(before, before.toReversed()).changed).toEqual([]);
});

test("another verdict leads the summary", () => {
  const changes = changesSince(earlier([]), { findings: [], verdict: "true_positive" }, () => true);
  expect(changes).toMatchObject({
    summary: "Since the run of 2026-01-15 08:00 UTC: verdict true positive after undetermined.",
    verdict: { before: "undetermined", after: "true_positive" },
  });
});

test("the first run says so, and lists nothing as new", () => {
  const now = { findings: findings(claim("a:1", "ana")), verdict: "undetermined" } as const;
  expect(changesSince(undefined, now, () => true)).toMatchObject({
    compared_with: null,
    summary: "First run: 1 finding, nothing to compare with.",
    new: [],
  });
});
