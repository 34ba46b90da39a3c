/** Wraps data keys with an RSA key of Azure Key Vault; the private part never leaves the vault. */
import type { TokenCredential } from "@azure/identity";
import { CryptographyClient, type CryptographyClientOptions } from "@azure/keyvault-keys";

import { AppError } from "../../domain/errors.ts";
import type { KeyWrapper } from "../../ports/keyWrapper.ts";

const ALGORITHM = "RSA-OAEP-256";
/** For one wrap or unwrap with its tries and, the first time, the sign-in. */
const CALL_MS = 10_000;

export interface KeyVaultOptions {
  /** Without a version, so that wrapping follows a rotation: `https://vault…/keys/name`. */
  keyUrl: string;
  credential: TokenCredential;
  /** How long one call may take; default 10 seconds. */
  callMs?: number;
  /** Transport settings; tests give their own certificate here. */
  client?: CryptographyClientOptions;
}

export function createKeyVaultKeyWrapper(options: KeyVaultOptions): KeyWrapper {
  const newClient = (keyUrl: string): CryptographyClient =>
    new CryptographyClient(keyUrl, options.credential, {
      retryOptions: { maxRetries: 2 },
      ...options.client,
    });
  // One client per version: it reads the version's description once. Versions of one key are few, so all are kept.
  const versions = new Map<string, CryptographyClient>();
  const clientOf = (version: string): CryptographyClient => {
    const client = versions.get(version) ?? newClient(version);
    versions.set(version, client);
    return client;
  };
  const limit = (): { abortSignal: AbortSignal } => ({
    abortSignal: AbortSignal.timeout(options.callMs ?? CALL_MS),
  });
  return {
    async wrap(dataKey) {
      try {
        // A new client each time: a kept one wraps with the version of today and names the one that it saw first.
        const client = newClient(options.keyUrl);
        const { result, keyID } = await client.wrapKey(ALGORITHM, dataKey, limit());
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
        return (await clientOf(kid).unwrapKey(ALGORITHM, key, limit())).result;
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
