/** The token endpoint of Entra ID for applications with a client secret, with the discovery that clients do first. */
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
   * @param service refuses a token that was issued for another service than this origin.
   */
  holderOf(token: string, service?: string): Registration | undefined;
  /** Makes a token worthless, as if it had expired. */
  revoke(token: string): void;
}

const LOGIN = "https://login.microsoftonline.com";
const SCOPES = [
  "https://api.loganalytics.io/.default",
  "https://api.loganalytics.azure.com/.default",
  "https://graph.microsoft.com/.default",
  "https://management.azure.com/.default",
];
const TOKEN_SECONDS = 3599;
/** Oldest tokens go first, so that a client which signs in for ever fills no memory. */
const MAX_TOKENS = 1000;

/** Only the product's own clients ask, and they forget tokens by real time: tokens here end by `revoke` alone. */
export function createEntra(registrations: readonly Registration[], clock: Clock): Entra {
  const holders = new Map<string, { holder: Registration; scope: string }>();

  const issue = (holder: Registration, scope: string): WireReply => {
    const token = `local.${randomUUID()}`;
    holders.set(token, { holder, scope });
    const oldest = holders.keys().next();
    if (holders.size > MAX_TOKENS && !oldest.done) holders.delete(oldest.value);
    return json(200, {
      token_type: "Bearer",
      expires_in: TOKEN_SECONDS,
      ext_expires_in: TOKEN_SECONDS,
      access_token: token,
    });
  };
  return {
    holderOf: (value, service) => {
      const known = holders.get(value);
      const isForIt = service === undefined || known?.scope.includes(`${service}/`) === true;
      return isForIt ? known?.holder : undefined;
    },
    revoke: (value) => holders.delete(value),
    answer: ({ method, url, body }) => {
      if (url.pathname.endsWith("/discovery/instance")) return json(200, INSTANCES);
      const [, tenantId = "", ...rest] = url.pathname.split("/");
      const path = rest.join("/");
      if (path === "v2.0/.well-known/openid-configuration")
        return registrations.some(({ azureTenantId }) => azureTenantId === tenantId)
          ? json(200, metadata(tenantId))
          : noSuchTenant(tenantId, clock);
      if (path === "oauth2/v2.0/token" && method === "POST") {
        const form = new URLSearchParams(body);
        const granted = grant(registrations, tenantId, form, clock);
        return "clientId" in granted ? issue(granted, form.get("scope") ?? "") : granted;
      }
      return loginError(404, "invalid_request", "AADSTS90023: There is nothing here.", clock);
    },
  };
}

/** The application that the form proves to be, or the error that says what is wrong with it. */
function grant(
  registrations: readonly Registration[],
  tenantId: string,
  form: URLSearchParams,
  clock: Clock,
): Registration | WireReply {
  const refuse = (status: number, error: string, description: string): WireReply =>
    loginError(status, error, description, clock);
  const clientId = form.get("client_id") ?? "";
  const ofTenant = registrations.filter(({ azureTenantId }) => azureTenantId === tenantId);
  if (ofTenant.length === 0) return noSuchTenant(tenantId, clock);
  if (form.get("grant_type") !== "client_credentials")
    return refuse(400, "unsupported_grant_type", "AADSTS70003: The grant is not supported.");
  const scopes = (form.get("scope") ?? "").split(" ");
  if (!scopes.some((scope) => SCOPES.includes(scope)))
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
  return holder;
}

const INSTANCES = {
  tenant_discovery_endpoint: `${LOGIN}/common/v2.0/.well-known/openid-configuration`,
  "api-version": "1.1",
  metadata: [
    {
      preferred_network: "login.microsoftonline.com",
      preferred_cache: "login.windows.net",
      aliases: ["login.microsoftonline.com", "login.windows.net", "sts.windows.net"],
    },
  ],
};

const metadata = (tenantId: string): object => ({
  issuer: `${LOGIN}/${tenantId}/v2.0`,
  authorization_endpoint: `${LOGIN}/${tenantId}/oauth2/v2.0/authorize`,
  token_endpoint: `${LOGIN}/${tenantId}/oauth2/v2.0/token`,
  jwks_uri: `${LOGIN}/${tenantId}/discovery/v2.0/keys`,
  token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
  response_types_supported: ["code", "id_token", "token"],
  subject_types_supported: ["pairwise"],
  id_token_signing_alg_values_supported: ["RS256"],
});

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
