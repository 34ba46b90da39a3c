/** Wraps data keys with an RSA key of Azure Key Vault; the private part never leaves the vault. */
import type { TokenCredential } from "@azure/identity";
import { CryptographyClient, type CryptographyClientOptions } from "@azure/keyvault-keys";

import { AppError } from "../../domain/errors.ts";
import type { KeyWrapper } from "../../ports/keyWrapper.ts";

const ALGORITHM = "RSA-OAEP-256";

export interface KeyVaultOptions {
  /** Without a version, so that wrapping follows a rotation: `https://vault…/keys/name`. */
  keyUrl: string;
  credential: TokenCredential;
  /** Transport settings; tests give their own certificate here. */
  client?: CryptographyClientOptions;
}

export function createKeyVaultKeyWrapper(options: KeyVaultOptions): KeyWrapper {
  const clientFor = (keyUrl: string) =>
    new CryptographyClient(keyUrl, options.credential, {
      retryOptions: { maxRetries: 2 },
      ...options.client,
    });
  return {
    async wrap(dataKey) {
      try {
        const { result, keyID } = await clientFor(options.keyUrl).wrapKey(ALGORITHM, dataKey);
        const wrapped = Buffer.from(result).toString("base64url");
        return { kid: keyID ?? options.keyUrl, alg: ALGORITHM, wrapped };
      } catch (error) {
        throw unusable(error);
      }
    },
    async unwrap({ kid, alg, wrapped }) {
      // The key is named by the stored record: one of another vault would receive our identity's token.
      if (alg !== ALGORITHM || !isVersionOf(kid, options.keyUrl)) {
        throw new AppError("store-unavailable", "The secret was sealed with another key.");
      }
      try {
        const key = Buffer.from(wrapped, "base64url");
        return (await clientFor(kid).unwrapKey(ALGORITHM, key)).result;
      } catch (error) {
        throw unusable(error);
      }
    },
  };
}

const isVersionOf = (kid: string, keyUrl: string): boolean =>
  kid === keyUrl || kid.startsWith(`${keyUrl}/`);

const unusable = (cause: unknown): AppError =>
  new AppError("store-unavailable", "The key of the secrets cannot be used.", { cause });
