/** KeyWrapper on a key ring file that only its owner can read: the local stand-in for a key vault. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

import { AppError } from "../../domain/errors.ts";
import type { KeyWrapper } from "../../ports/keyWrapper.ts";
import { makeRing, readRing } from "./keyRing.ts";

const ALGORITHM = "A256GCMKW";
const IV_BYTES = 12;
const TAG_BYTES = 16;

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
