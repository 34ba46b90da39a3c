/** KeyWrapper on a key ring file that only its owner can read: the local stand-in for a key vault. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import type { KeyWrapper } from "../../ports/keyWrapper.ts";

const ALGORITHM = "A256GCMKW";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `active` names the key that wraps; the others stay so that what they wrapped can still be opened. */
const KeyRing = z.strictObject({
  active: z.string(),
  keys: z.record(z.string(), z.base64url()),
});
type KeyRing = z.infer<typeof KeyRing>;

/**
 * Opens the key ring of a file, or makes one (mode 0600) when there is none.
 * @throws AppError `store-unavailable` when others may read the file, or when it is no key ring.
 */
export function createLocalKeyWrapper(file: string): KeyWrapper {
  const ring = readRing(file) ?? makeRing(file);
  const keyOf = (kid: string): Buffer => {
    const key = Object.hasOwn(ring.keys, kid) ? ring.keys[kid] : undefined;
    if (key === undefined)
      throw new AppError("store-unavailable", `The key ring holds no key ${kid}.`);
    return Buffer.from(key, "base64url");
  };
  return {
    wrap: async (dataKey) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", keyOf(ring.active), iv);
      const sealed = Buffer.concat([iv, cipher.update(dataKey), cipher.final()]);
      const wrapped = Buffer.concat([sealed, cipher.getAuthTag()]).toString("base64url");
      return { kid: ring.active, alg: ALGORITHM, wrapped };
    },
    unwrap: async ({ kid, alg, wrapped }) => {
      const key = keyOf(kid);
      const raw = Buffer.from(wrapped, "base64url");
      try {
        if (alg !== ALGORITHM) throw new Error(`unknown algorithm ${alg}`);
        const iv = raw.subarray(0, IV_BYTES);
        const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
        decipher.setAuthTag(raw.subarray(-TAG_BYTES));
        const sealed = raw.subarray(IV_BYTES, -TAG_BYTES);
        return Buffer.concat([decipher.update(sealed), decipher.final()]);
      } catch (cause) {
        throw new AppError("store-unavailable", "A wrapped key was changed.", { cause });
      }
    },
  };
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

function readRing(file: string): KeyRing | undefined {
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

/** `wx`: of two processes that start at once, one makes the ring and the other reads it. */
function makeRing(file: string): KeyRing {
  const kid = `local-${randomBytes(6).toString("hex")}`;
  const ring = { active: kid, keys: { [kid]: randomBytes(32).toString("base64url") } };
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
