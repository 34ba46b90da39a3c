/** Signing in for a connection test: always anew, once, and with words for what only a new connection meets. */
import {
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from "@azure/identity";

import { AppError } from "../../domain/errors.ts";
import { open } from "../../domain/sealing.ts";
import type { SiemProvider } from "../../schemas/providers.ts";
import { CLOUDS, scopeOf } from "./connectionClouds.ts";
import { translate } from "./errors.ts";
import type { SentinelOptions } from "./workspaceReader.ts";

/** Entra's codes for what an administrator of the tenant has not allowed yet. */
const CONSENT_CODES = [
  "AADSTS65001",
  "AADSTS65004",
  "AADSTS650052",
  "AADSTS7000229",
  "AADSTS500011",
];

/**
 * The identity of a provider, not cached: a test tries what is there now.
 * @param secret used instead of the sealed one.
 * @throws AppError `siem-unavailable` when there is no secret, or none that can be read.
 */
export async function testCredential(
  options: Pick<SentinelOptions, "keys" | "httpClient" | "managedIdentityClientId">,
  provider: SiemProvider,
  secret?: string,
): Promise<TokenCredential> {
  const pipeline = {
    ...(options.httpClient !== undefined && { httpClient: options.httpClient }),
    authorityHost: CLOUDS[provider.cloud].login,
    retryOptions: { maxRetries: 0 },
  };
  if (provider.auth === "managed_identity") {
    const clientId = options.managedIdentityClientId;
    return new ManagedIdentityCredential({
      ...pipeline,
      ...(clientId !== undefined && { clientId }),
    });
  }
  const plain = secret ?? (await openSecret(options, provider));
  try {
    return new ClientSecretCredential(
      provider.azure_tenant_id,
      provider.client_id,
      plain,
      pipeline,
    );
  } catch (cause) {
    throw unavailable("The tenant id is malformed. Check the tenant id.", cause);
  }
}

/**
 * A token for one of the services.
 * @throws AppError `siem-unavailable` that says what to change.
 */
export async function signIn(
  credential: TokenCredential,
  provider: SiemProvider,
  service: string,
  abortSignal: AbortSignal,
): Promise<string> {
  try {
    const token = await credential.getToken(scopeOf(service), { abortSignal });
    if (token !== null) return token.token;
  } catch (error) {
    throw signInError(error, provider);
  }
  throw unavailable("Microsoft Entra ID gave no token.", undefined);
}

function signInError(error: unknown, provider: SiemProvider): AppError {
  if (provider.auth === "managed_identity")
    return unavailable(
      "The managed identity gave no token. Check that the deployment has one and that it may read the workspace.",
      error,
    );
  const told = translate(error, provider);
  const code = /AADSTS\d+/.exec(told.detail)?.[0];
  if (code === undefined || !CONSENT_CODES.includes(code)) return told;
  return unavailable(
    `The tenant ${provider.azure_tenant_id} has not consented to the application ${provider.client_id} (${code}). An administrator of the tenant grants consent: Azure portal > App registrations > API permissions > Grant admin consent.`,
    error,
  );
}

async function openSecret(
  { keys }: Pick<SentinelOptions, "keys">,
  provider: SiemProvider,
): Promise<string> {
  if (provider.client_secret === undefined)
    throw unavailable("The provider has no client secret. Enter one.", undefined);
  const { tenant_id, id: subject_id } = provider;
  try {
    return await open(
      provider.client_secret,
      { tenant_id, subject_id, field: "client_secret" },
      keys,
    );
  } catch (error) {
    const why = error instanceof AppError ? ` (${error.detail})` : "";
    throw unavailable(
      `The stored client secret cannot be read${why} If the key store works, enter the secret again.`,
      error,
    );
  }
}

const unavailable = (detail: string, cause: unknown): AppError =>
  new AppError("siem-unavailable", detail, { cause });
