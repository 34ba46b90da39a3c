import { AzureCliCredential, ManagedIdentityCredential } from "@azure/identity";
import { expect, test } from "vitest";

import { readEnv } from "../../config/env.ts";
import { createCredential } from "./credential.ts";

const clientId = "11111111-1111-4111-8111-111111111111";
const SETTINGS = {
  AUTH_MODE: "entra",
  ENTRA_TENANT_IDS: clientId,
  ENTRA_CLIENT_ID: clientId,
  COSMOS_ENDPOINT: "https://a.example",
  COSMOS_DATABASE: "d",
  SERVICE_BUS__fullyQualifiedNamespace: "a.example",
  BLOB_ENDPOINT: "https://a.example",
  BLOB_CONTAINER: "b",
  KEY_VAULT_KEY_URL: "https://a.example/keys/k",
  MANAGED_IDENTITY_CLIENT_ID: clientId,
  WEB_ORIGIN: "https://a.example",
};

function credentialWith(host: Record<string, string>): unknown {
  const env = readEnv({ ...SETTINGS, ...host });
  if (env.AUTH_MODE !== "entra") throw new Error("These are settings of Azure.");
  return createCredential({ clientId, identityEndpoint: env.IDENTITY_ENDPOINT });
}

test("where the host offers an identity, the program signs in with it", () => {
  const host = { IDENTITY_ENDPOINT: "http://127.0.0.1:1/msi/token" };
  expect(credentialWith(host)).toBeInstanceOf(ManagedIdentityCredential);
});

// A developer's machine has no managed identity: every first call would fail after a long search for one.
test("on a developer's machine it is whoever signed in with the Azure CLI", () => {
  expect(credentialWith({})).toBeInstanceOf(AzureCliCredential);
});
