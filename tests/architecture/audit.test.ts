/** Nothing in the program changes or removes an entry of the audit trail. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");
const OWNER = "shared/repositories/audit.ts";
const TEST = /\.(test|contract)\.ts$|^shared\/testing\//;

const textOf = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const program = globSync("{functions,shared,local}/**/*.ts", { cwd: ROOT })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !TEST.test(file));

// A second place that writes there could do what the first one must not.
test("only its repository writes to the audit container", () => {
  expect(program.length).toBeGreaterThan(300);
  const writing = program.filter((file) =>
    /(?:\b(?:batch|commit)\(\s*(?:\w+(?:\.\w+)*,\s*)?|\bCONTAINER\s*=\s*)"audit"/.test(
      textOf(file),
    ),
  );
  expect(writing).toEqual([OWNER]);
});

test("its repository creates entries and moves the day's head, and has no other write", () => {
  const text = textOf(OWNER);
  expect(text.match(/\.batch\(/g)).toHaveLength(1);
  expect(text.match(/kind: "\w+"[^}]*/g)).toEqual([
    'kind: "create", doc: { ...JsonObject.parse(record), id: record.id, type: "entry" ',
    'kind: "create", doc: head ',
    'kind: "replace", doc: head, etag: headEtag ',
  ]);
});
