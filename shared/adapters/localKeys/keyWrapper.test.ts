import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { keyWrapperContract } from "../../testing/keyWrapper.contract.ts";
import { createLocalKeyWrapper } from "./keyWrapper.ts";

const ringFile = () => path.join(mkdtempSync(path.join(os.tmpdir(), "keys-")), "keys.json");

keyWrapperContract(() => {
  const file = ringFile();
  return {
    wrapper: () => createLocalKeyWrapper(file),
    rotate() {
      const ring = JSON.parse(readFileSync(file, "utf8"));
      ring.keys.next = Buffer.alloc(32, 7).toString("base64url");
      ring.active = "next";
      writeFileSync(file, JSON.stringify(ring));
    },
  };
});

// A key ring that others can read protects nothing.
test("the file is made for its owner only, and one that others may read is refused", () => {
  const file = ringFile();
  createLocalKeyWrapper(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  expect(() => createLocalKeyWrapper(file)).toThrow(/0?644|read|mode/i);
});
