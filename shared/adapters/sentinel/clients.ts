/** Clients of workspaces: one per provider as long as its record stays the same, tokens cached inside. */
import { ClientSecretCredential, ManagedIdentityCredential } from "@azure/identity";
import type { HttpClient } from "@azure/core-rest-pipeline";

import { AppError } from "../../domain/errors.ts";
import { open, type SealingContext } from "../../domain/sealing.ts";
import type { KeyWrapper } from "../../ports/keyWrapper.ts";
import type { SealedSecret, SiemProvider } from "../../schemas/providers.ts";
import { CLOUDS } from "./connectionClouds.ts";
import { createLogsClient, type LogsClient } from "./logsClient.ts";

export interface ClientOptions {
  readonly keys: KeyWrapper;
  readonly httpClient?: HttpClient;
  /** Client id of the user-assigned identity; undefined: the system-assigned one. */
  readonly managedIdentityClientId?: string;
  readonly retryDelayMs: number;
}

export interface Clients {
  of(provider: SiemProvider): Promise<LogsClient>;
  /** Drops a provider's client with its token: the next use signs in again. */
  forget(provider: SiemProvider): void;
}

interface Entry {
  readonly updatedAt: string;
  readonly client: Promise<LogsClient>;
}

/** Two retries, then the failure is the caller's to schedule. */
const MAX_RETRIES = 2;

const keyOf = (provider: SiemProvider): string => `${provider.tenant_id}/${provider.id}`;

export function createClients(options: ClientOptions): Clients {
  const entries = new Map<string, Entry>();
  const pipeline = {
    ...(options.httpClient === undefined ? {} : { httpClient: options.httpClient }),
    retryOptions: {
      maxRetries: MAX_RETRIES,
      retryDelayInMs: options.retryDelayMs,
      maxRetryDelayInMs: 4 * options.retryDelayMs,
    },
  };

  const credentialOf = async (provider: SiemProvider) => {
    if (provider.auth === "managed_identity")
      return new ManagedIdentityCredential({
        ...pipeline,
        ...(options.managedIdentityClientId === undefined
          ? {}
          : { clientId: options.managedIdentityClientId }),
      });
    if (provider.client_secret === undefined)
      throw new AppError("siem-unavailable", `The provider ${provider.name} has no client secret.`);
    const place = {
      tenant_id: provider.tenant_id,
      subject_id: provider.id,
      field: "client_secret",
    };
    const secret = await openSecret(provider.client_secret, place, options.keys);
    return new ClientSecretCredential(provider.azure_tenant_id, provider.client_id, secret, {
      ...pipeline,
      authorityHost: CLOUDS[provider.cloud].login,
    });
  };
  const create = async (provider: SiemProvider): Promise<LogsClient> =>
    createLogsClient(await credentialOf(provider), CLOUDS[provider.cloud].logs, pipeline);

  return {
    of: (provider) => {
      const known = entries.get(keyOf(provider));
      if (known?.updatedAt === provider.updated_at) return known.client;
      const client = create(provider);
      entries.set(keyOf(provider), { updatedAt: provider.updated_at, client });
      // A secret that could not be opened is tried again, not remembered.
      client.catch(() => entries.delete(keyOf(provider)));
      return client;
    },
    forget: (provider) => entries.delete(keyOf(provider)),
  };
}

/** A secret that cannot be opened is the provider's trouble, not the store's. */
async function openSecret(
  sealed: SealedSecret,
  place: SealingContext,
  keys: KeyWrapper,
): Promise<string> {
  try {
    return await open(sealed, place, keys);
  } catch (cause) {
    const detail = "The stored client secret cannot be read; an administrator must enter it again.";
    throw new AppError("siem-unavailable", detail, { cause });
  }
}
