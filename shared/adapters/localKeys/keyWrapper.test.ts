/** The local key ring: made once, readable by its owner only. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { createLocalKeyWrapper } from "./keyWrapper.ts";

const folder = mkdtempSync(join(tmpdir(), "keys-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("what one process wrapped, the next one unwraps with the same ring", async () => {
  const file = join(folder, "new", "ring.json");
  const dataKey = randomBytes(32);
  const wrapped = await createLocalKeyWrapper(file).wrap(dataKey);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(Buffer.from(await createLocalKeyWrapper(file).unwrap(wrapped))).toEqual(dataKey);
  expect(readFileSync(file, "utf8")).not.toContain(wrapped.wrapped);
});

test("a wrapping that was changed, or whose key is gone, is refused", async () => {
  const keys = createLocalKeyWrapper(join(folder, "ring.json"));
  const wrapped = await keys.wrap(randomBytes(32));
  const raw = Buffer.from(wrapped.wrapped, "base64url");
  raw[20] = (raw[20] ?? 0) ^ 1;
  for (const forged of [
    { ...wrapped, wrapped: raw.toString("base64url") },
    { ...wrapped, wrapped: wrapped.wrapped.slice(0, 10) },
    { ...wrapped, kid: "gone" },
    { ...wrapped, kid: "__proto__" },
    { ...wrapped, alg: "RSA-OAEP-256" },
  ])
    await expect(keys.unwrap(forged)).rejects.toMatchObject({ code: "store-unavailable" });
});

// A ring that others can read protects nothing, and saying so late means that it was read.
test.skipIf(process.platform === "win32")("a ring that others may read is refused", () => {
  const file = join(folder, "loose.json");
  createLocalKeyWrapper(file);
  chmodSync(file, 0o640);
  expect(() => createLocalKeyWrapper(file)).toThrow(/0600/);
});

test("a file that is no ring is refused, not replaced", () => {
  const file = join(folder, "broken.json");
  writeFileSync(file, "{}", { mode: 0o600 });
  expect(() => createLocalKeyWrapper(file)).toThrow(/no key ring/);
  expect(readFileSync(file, "utf8")).toBe("{}");
});
