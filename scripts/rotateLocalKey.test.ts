/** The rotation of the local key ring, as an operator runs it. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { claim, release } from "../local/localState.ts";
import { createLocalKeyWrapper } from "../shared/adapters/localKeys/keyWrapper.ts";

let dataDir: string;
let ring: string;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), "rotate-"));
  mkdirSync(path.join(dataDir, "local"));
  ring = path.join(dataDir, "keys.json");
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const matching = (text: RegExp): unknown => expect.stringMatching(text);

function rotate() {
  const script = path.join(import.meta.dirname, "rotateLocalKey.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, dataDir], {
    encoding: "utf8",
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

// Without the old key every stored secret would be lost; without the new one nothing was rotated.
test("what was wrapped before can still be opened, and a new key wraps from now on", async () => {
  const dataKey = randomBytes(32);
  const before = await createLocalKeyWrapper(ring).wrap(dataKey);
  // A crash in an earlier rotation left this, readable by all.
  writeFileSync(`${ring}.new`, "{", { mode: 0o644 });
  const outcome = rotate();
  expect(outcome).toMatchObject({ status: 0, stderr: "" });
  const keys = createLocalKeyWrapper(ring);
  const after = await keys.wrap(dataKey);
  expect(after.kid).not.toBe(before.kid);
  expect(Buffer.from(await keys.unwrap(before))).toEqual(dataKey);
  expect(outcome.stdout).toContain(after.kid);
  expect(readdirSync(dataDir).toSorted()).toEqual(["keys.json", "local"]);
  const { keys: known } = JSON.parse(readFileSync(ring, "utf8"));
  for (const key of Object.values<string>(known)) expect(outcome.stdout).not.toContain(key);
});

// The new file takes the old one's place: left to the umask, everybody on the machine could read it.
test.skipIf(process.platform === "win32")("the new ring is its owner's alone", () => {
  createLocalKeyWrapper(ring);
  writeFileSync(`${ring}.new`, "{", { mode: 0o644 });
  expect(rotate()).toMatchObject({ status: 0 });
  expect(statSync(ring).mode & 0o777).toBe(0o600);
});

test.skipIf(process.platform === "win32")("a ring that others may read is left as it is", () => {
  createLocalKeyWrapper(ring);
  chmodSync(ring, 0o640);
  const before = readFileSync(ring);
  expect(rotate()).toMatchObject({ status: 1, stdout: "", stderr: matching(/0600/) });
  expect(readFileSync(ring)).toEqual(before);
});

// It has read the ring at its start: it would go on wrapping with the key that was to be retired.
test("refused while the product runs on the folder", () => {
  createLocalKeyWrapper(ring);
  const before = readFileSync(ring);
  claim(path.join(dataDir, "local"), dataDir);
  try {
    expect(rotate()).toMatchObject({ status: 1, stderr: matching(/in use by another SoCMate/) });
  } finally {
    release();
  }
  expect(readFileSync(ring)).toEqual(before);
});

test("a file that is no ring is refused and left as it is", () => {
  writeFileSync(ring, "{}", { mode: 0o600 });
  expect(rotate()).toMatchObject({ status: 1, stderr: matching(/no key ring/) });
  expect(readFileSync(ring, "utf8")).toBe("{}");
});

// A typing error in the path must not make a ring that nothing uses.
test("a folder that is no data folder gets none", () => {
  rmSync(path.join(dataDir, "local"), { recursive: true });
  expect(rotate()).toMatchObject({ status: 1, stderr: matching(/no data folder/) });
  expect(readdirSync(dataDir)).toEqual([]);
});
