/** Entra ID's tokens for applications: with a client secret (and the discovery that clients do first), or by a managed identity. */
import { randomUUID } from "node:crypto";

import type { Clock } from "../../shared/ports/clock.ts";
import { json, type WireReply, type WireRequest } from "./wireReply.ts";

/** An application that may sign in. */
export interface Registration {
  readonly azureTenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Entra {
  answer(request: WireRequest): WireReply;
  /**
   * The application that a bearer token was issued to; undefined for any other text.
   * @param services origins that the token may have been issued for.
   */
  holderOf(token: string, services: readonly string[]): Registration | undefined;
  /** Makes a token worthless, as if it had expired. */
  revoke(token: string): void;
}

const RESOURCES = [
  "https://api.loganalytics.io",
  "https://api.loganalytics.azure.com",
  "https://graph.microsoft.com",
  "https://management.azure.com",
];
const TOKEN_SECONDS = 3599;
/** Oldest tokens go first, so that a client which signs in for ever fills no memory. */
const MAX_TOKENS = 1000;

/** Only the product's own clients ask, and they forget tokens by real time: tokens here end by `revoke` alone. */
export function createEntra(registrations: readonly Registration[], clock: Clock): Entra {
  const holders = new Map<string, Grant>();

  const issue = (granted: Grant): string => {
    const token = `local.${randomUUID()}`;
    holders.set(token, granted);
    const oldest = holders.keys().next();
    if (holders.size > MAX_TOKENS && !oldest.done) holders.delete(oldest.value);
    return token;
  };
  return {
    holderOf: (value, services) => {
      const known = holders.get(value);
      return known !== undefined && services.includes(known.resource) ? known.holder : undefined;
    },
    revoke: (value) => holders.delete(value),
    answer: (request) => {
      const { method, url, body } = request;
      if (IDENTITY_PATHS.includes(url.pathname)) {
        const granted = identityGrant(registrations[0], request);
        return "holder" in granted ? json(200, identityToken(granted, issue(granted))) : granted;
      }
      if (url.pathname.endsWith("/discovery/instance")) return json(200, instances(url.origin));
      const [, tenantId = "", ...rest] = url.pathname.split("/");
      const path = rest.join("/");
      if (path === "v2.0/.well-known/openid-configuration")
        return registrations.some(({ azureTenantId }) => azureTenantId === tenantId)
          ? json(200, metadata(url.origin, tenantId))
          : noSuchTenant(tenantId, clock);
      if (path === "oauth2/v2.0/token" && method === "POST") {
        const granted = grant(registrations, tenantId, new URLSearchParams(body), clock);
        return "holder" in granted
          ? json(200, {
              token_type: "Bearer",
              expires_in: TOKEN_SECONDS,
              ext_expires_in: TOKEN_SECONDS,
              access_token: issue(granted),
            })
          : granted;
      }
      return loginError(404, "invalid_request", "AADSTS90023: There is nothing here.", clock);
    },
  };
}

interface Grant {
  readonly holder: Registration;
  /** Origin of the service that the token is for. */
  readonly resource: string;
}

/** The application that the form proves to be, or the error that says what is wrong with it. */
function grant(
  registrations: readonly Registration[],
  tenantId: string,
  form: URLSearchParams,
  clock: Clock,
): Grant | WireReply {
  const refuse = (status: number, error: string, description: string): WireReply =>
    loginError(status, error, description, clock);
  const clientId = form.get("client_id") ?? "";
  const ofTenant = registrations.filter(({ azureTenantId }) => azureTenantId === tenantId);
  if (ofTenant.length === 0) return noSuchTenant(tenantId, clock);
  if (form.get("grant_type") !== "client_credentials")
    return refuse(400, "unsupported_grant_type", "AADSTS70003: The grant is not supported.");
  const scopes = (form.get("scope") ?? "").split(" ");
  const resource = RESOURCES.find((one) => scopes.includes(`${one}/.default`));
  if (resource === undefined)
    return refuse(400, "invalid_resource", "AADSTS500011: The resource was not found.");
  const holder = ofTenant.find((registration) => registration.clientId === clientId);
  if (holder === undefined)
    return refuse(
      400,
      "unauthorized_client",
      `AADSTS700016: Application with identifier '${clientId}' was not found in the directory.`,
    );
  if (form.get("client_secret") !== holder.clientSecret)
    return refuse(
      401,
      "invalid_client",
      `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
    );
  return { holder, resource };
}

const instances = (origin: string): object => ({
  tenant_discovery_endpoint: `${origin}/common/v2.0/.well-known/openid-configuration`,
  "api-version": "1.1",
  metadata: [
    {
      preferred_network: "login.microsoftonline.com",
      preferred_cache: "login.windows.net",
      aliases: ["login.microsoftonline.com", "login.windows.net", "sts.windows.net"],
    },
  ],
});

const metadata = (origin: string, tenantId: string): object => ({
  issuer: `${origin}/${tenantId}/v2.0`,
  authorization_endpoint: `${origin}/${tenantId}/oauth2/v2.0/authorize`,
  token_endpoint: `${origin}/${tenantId}/oauth2/v2.0/token`,
  jwks_uri: `${origin}/${tenantId}/discovery/v2.0/keys`,
  token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
  response_types_supported: ["code", "id_token", "token"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256"],
});

/** IDENTITY_ENDPOINT of App Service and Functions; the metadata service of a virtual machine. */
const APP_SERVICE_PATH = "/msi/token";
const METADATA_PATH = "/metadata/identity/oauth2/token";
const IDENTITY_PATHS = [APP_SERVICE_PATH, METADATA_PATH];

const noIdentity = (status: number, description: string): WireReply =>
  json(status, { error: "invalid_request", error_description: description });

/**
 * What the managed identity may have: it stands for the application of the first registration, whose secret is also the
 * IDENTITY_HEADER. A user-assigned identity is asked for by `client_id`.
 */
function identityGrant(holder: Registration | undefined, request: WireRequest): Grant | WireReply {
  const { url, headers } = request;
  const isAllowed =
    url.pathname === METADATA_PATH
      ? headers["metadata"] === "true"
      : headers["x-identity-header"] === holder?.clientSecret;
  if (request.method !== "GET" || holder === undefined)
    return noIdentity(404, "Identity not found");
  if (!isAllowed && url.pathname === METADATA_PATH)
    return noIdentity(400, "Required metadata header not specified");
  if (!isAllowed) return noIdentity(401, "The X-IDENTITY-HEADER is wrong.");
  const clientId = url.searchParams.get("client_id") ?? holder.clientId;
  if (clientId !== holder.clientId) return noIdentity(400, "Identity not found");
  const asked = (url.searchParams.get("resource") ?? "").replace(/\/(?:\.default)?$/, "");
  const resource = RESOURCES.find((one) => one === asked);
  if (resource === undefined)
    return noIdentity(400, `AADSTS500011: The resource principal named ${asked} was not found.`);
  return { holder, resource };
}

/** Clients judge its end by the machine's time, wherever the workspace's clock stands. */
const identityToken = ({ holder, resource }: Grant, token: string): object => {
  const seconds = Math.floor(Date.now() / 1000);
  return {
    access_token: token,
    client_id: holder.clientId,
    expires_in: String(TOKEN_SECONDS),
    expires_on: String(seconds + TOKEN_SECONDS),
    not_before: String(seconds),
    resource,
    token_type: "Bearer",
  };
};

const noSuchTenant = (tenantId: string, clock: Clock): WireReply =>
  loginError(
    400,
    "invalid_tenant",
    `AADSTS90002: Tenant '${tenantId}' not found. Check to make sure you have the correct tenant ID.`,
    clock,
  );

/** An error as the token endpoint writes it; `description` begins with its AADSTS code. */
export function loginError(
  status: number,
  error: string,
  description: string,
  clock: Clock,
): WireReply {
  const code = /^AADSTS(\d+)/.exec(description)?.[1];
  const ids = "00000000-0000-0000-0000-000000000000";
  const timestamp = clock.now().toISOString().replace("T", " ");
  return json(status, {
    error,
    error_description: `${description} Trace ID: ${ids} Correlation ID: ${ids} Timestamp: ${timestamp}`,
    error_codes: code === undefined ? [] : [Number(code)],
    timestamp,
    trace_id: ids,
    correlation_id: ids,
  });
}
