/** The key ring file: keys by name, one of them active. Only its owner may read it. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { z } from "zod";

import { AppError } from "../../domain/errors.ts";

/** `active` names the key that wraps; the others stay so that what they wrapped can still be opened. */
const KeyRing = z.strictObject({
  active: z.string(),
  keys: z.record(z.string(), z.base64url()),
});
type KeyRing = z.infer<typeof KeyRing>;

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/**
 * `undefined` when there is no such file.
 * @throws AppError `store-unavailable` when others may read it, or when it is no key ring.
 */
export function readRing(file: string): KeyRing | undefined {
  let mode: number;
  try {
    mode = statSync(file).mode;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw new AppError("store-unavailable", `The key ring ${file} cannot be read.`, {
      cause: error,
    });
  }
  // Windows has no such modes: there the folder's access list guards the file.
  if (process.platform !== "win32" && (mode & 0o077) !== 0)
    throw new AppError(
      "store-unavailable",
      `The key ring ${file} may be read by others. Set its mode to 0600.`,
    );
  try {
    const ring = KeyRing.parse(JSON.parse(readFileSync(file, "utf8")));
    if (ring.keys[ring.active] === undefined) throw new Error("the active key is missing");
    return ring;
  } catch (cause) {
    throw new AppError("store-unavailable", `${file} is no key ring.`, { cause });
  }
}

/** Makes the ring with its first key. `wx`: of two processes that start at once, one makes it and the other reads it. */
export function makeRing(file: string): KeyRing {
  const ring = withNewKey({});
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, `${JSON.stringify(ring)}\n`, { flag: "wx", mode: 0o600 });
    return ring;
  } catch (error) {
    const existing = hasCode(error, "EEXIST") ? readRing(file) : undefined;
    if (existing !== undefined) return existing;
    throw new AppError("store-unavailable", `The key ring ${file} cannot be written.`, {
      cause: error,
    });
  }
}

/**
 * Adds a key that wraps from now on; the others stay, so that what they wrapped can still be opened. Who has the ring
 * open goes on with what it read. The file is replaced whole: a crash leaves the old ring or the new one.
 * @returns the names of the new key and of the one that was active.
 * @throws AppError `not-found` when there is no ring; `store-unavailable` as `readRing`, or when it cannot be written.
 */
export function addActiveKey(file: string): { active: string; before: string } {
  const ring = readRing(file);
  if (ring === undefined) throw new AppError("not-found", `There is no key ring ${file}.`);
  const next = withNewKey(ring.keys);
  const draft = `${file}.new`;
  try {
    // What a crash left behind may have another mode, which writing to it would keep.
    rmSync(draft, { force: true });
    writeFileSync(draft, `${JSON.stringify(next)}\n`, { flag: "wx", mode: 0o600, flush: true });
    renameSync(draft, file);
  } catch (cause) {
    throw new AppError("store-unavailable", `The key ring ${file} cannot be written.`, { cause });
  }
  return { active: next.active, before: ring.active };
}

function withNewKey(keys: KeyRing["keys"]): KeyRing {
  const kid = `local-${randomBytes(6).toString("hex")}`;
  return { active: kid, keys: { ...keys, [kid]: randomBytes(32).toString("base64url") } };
}
