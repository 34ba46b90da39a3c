/** Envelope encryption of secrets: each has its own data key, and opens only in the place it was sealed for. */
import { createCipheriv, createDecipheriv } from "node:crypto";

import type { SealedSecret } from "../schemas/providers.ts";
import { AppError } from "./errors.ts";

/** Where a secret lives. It is bound to the ciphertext: moved to another record or field, it no longer opens. */
export interface SealingContext {
  tenant_id: string;
  /** Id of the record that holds the secret, e.g. the provider's. */
  subject_id: string;
  field: string;
}

/** What sealing needs of the KeyWrapper port. */
export interface DataKeyWrapper {
  wrap(dataKey: Uint8Array): Promise<{ kid: string; alg: string; wrapped: string }>;
  unwrap(key: { kid: string; alg: string; wrapped: string }): Promise<Uint8Array>;
}

/**
 * Encrypts a secret with AES-256-GCM under a data key of its own, which the wrapper encrypts in turn.
 * @param randomBytes gives that many unpredictable bytes.
 */
export async function seal(
  plain: string,
  context: SealingContext,
  keys: DataKeyWrapper,
  randomBytes: (length: number) => Uint8Array,
): Promise<SealedSecret> {
  const dataKey = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", dataKey, iv).setAAD(boundData(context));
  const ciphertext = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  const { kid, alg, wrapped } = await keys.wrap(dataKey);
  dataKey.fill(0);
  return {
    v: 1,
    enc: "A256GCM",
    kid,
    alg,
    wrapped,
    iv: text(iv),
    ct: text(ciphertext),
    tag: text(cipher.getAuthTag()),
  };
}

/**
 * Decrypts a sealed secret.
 * @throws AppError `store-unavailable` when it was changed, belongs to another place, or its key is unknown.
 */
export async function open(
  sealed: SealedSecret,
  context: SealingContext,
  keys: DataKeyWrapper,
): Promise<string> {
  const dataKey = await keys.unwrap({
    kid: sealed.kid,
    alg: sealed.alg,
    wrapped: sealed.wrapped,
  });
  try {
    const decipher = createDecipheriv("aes-256-gcm", dataKey, bytes(sealed.iv), {
      authTagLength: 16,
    });
    decipher.setAAD(boundData(context)).setAuthTag(bytes(sealed.tag));
    return Buffer.concat([decipher.update(bytes(sealed.ct)), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new AppError(
      "store-unavailable",
      "A stored secret cannot be opened: it was changed or belongs to another record. Enter it again.",
      { cause },
    );
  } finally {
    dataKey.fill(0);
  }
}

/**
 * Wraps the data key anew, under the wrapper's current key; the ciphertext stays as it is.
 * @throws AppError `store-unavailable` when the old key is unknown or the wrapping was changed.
 */
export async function rewrap(sealed: SealedSecret, keys: DataKeyWrapper): Promise<SealedSecret> {
  const { kid, alg, wrapped } = sealed;
  const dataKey = await keys.unwrap({ kid, alg, wrapped });
  try {
    return { ...sealed, ...(await keys.wrap(dataKey)) };
  } finally {
    dataKey.fill(0);
  }
}

/** Each part is preceded by its length, so that no two contexts give the same bytes. */
function boundData({ tenant_id, subject_id, field }: SealingContext): Buffer {
  const parts = ["v1", tenant_id, subject_id, field].map((part) => Buffer.from(part, "utf8"));
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

const text = (value: Uint8Array): string => Buffer.from(value).toString("base64url");
const bytes = (value: string): Buffer => Buffer.from(value, "base64url");
