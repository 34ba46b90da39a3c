/** Decisions about language models: what is shown of them, what is refused, which one a session asks. */
import { createHash } from "node:crypto";

import type { OutboxMessage } from "../schemas/messages.ts";
import {
  type ModelCheck,
  type ModelPrices,
  type ModelRecord,
  type ModelTestReply,
  type ModelView,
  UNKNOWN_ABILITIES,
} from "../schemas/models.ts";
import type { Principal } from "../schemas/principal.ts";
import { changeAudit } from "./audit.ts";
import { invalidBody, type FieldError } from "./errors.ts";

/** More say little; each takes room in one document. */
export const MODELS_MAX = 20;
/** What the deployment's own model is called. */
const DEPLOYMENT_MODEL = "deployment-default";
const AZURE_HOST = /(?:^|\.)(?:openai|cognitiveservices|services\.ai)\.azure\.(?:com|us|cn)$/;
/** Link-local addresses and Azure's host endpoint hand out credentials to whoever is on the machine. */
const METADATA_HOST =
  /^(?:169\.254\.\d+\.\d+|168\.63\.129\.16|\[fe80:.*\]|metadata\.google\.internal)$/i;

/** Whether the deployment's identity may show itself there: only Microsoft's own hosts, encrypted. */
export function isAzureEndpoint(apiBase: string): boolean {
  const { protocol, hostname } = new URL(apiBase);
  return protocol === "https:" && AZURE_HOST.test(hostname);
}

export function modelView(model: ModelRecord, source: ModelView["source"]): ModelView {
  const { tenant_id: _tenant, api_key, api_key_end, ...shown } = model;
  const api_key_masked = api_key === undefined ? null : `****${api_key_end ?? ""}`;
  return { ...shown, source, api_key_masked };
}

/** Version of a stored model as a short ETag. */
export const modelEtag = (model: ModelRecord): string =>
  createHash("sha256").update(JSON.stringify(model)).digest("base64url").slice(0, 22);

/** Names are the same whatever their case. */
export const isNamed =
  (name: string) =>
  ({ model_name }: Pick<ModelRecord, "model_name">): boolean =>
    model_name.toLowerCase() === name.toLowerCase();

/** How a model without and with a key is signed in to. */
export function authOf(provider: ModelRecord["provider"], hasKey: boolean): ModelRecord["auth"] {
  if (hasKey) return "api_key";
  return provider === "azure" ? "managed_identity" : "none";
}

/**
 * Refuses a model that cannot work or must not.
 * @param homeTenantId the SoCMate tenant that the deployment's own identity belongs to.
 * @throws AppError `invalid-fields` with a pointer for each field.
 */
export function refuseUnusableModel(model: ModelRecord, homeTenantId: string | undefined): void {
  const errors: FieldError[] = [];
  const { hostname, username, password, search, hash } = new URL(model.api_base);
  if (METADATA_HOST.test(hostname)) {
    errors.push({ pointer: "/api_base", detail: "No model answers at such an address." });
  }
  if (username !== "" || password !== "" || search !== "" || hash !== "") {
    const detail = "Give the address alone, without a user, a query or a fragment.";
    errors.push({ pointer: "/api_base", detail });
  }
  if (model.auth === "managed_identity") errors.push(...identityErrors(model, homeTenantId));
  if (errors.length > 0) throw invalidBody(errors);
}

/** Whoever names the host that the identity signs in to gets its token: only Azure's hosts, only the home tenant. */
function identityErrors(
  { tenant_id, api_base }: ModelRecord,
  homeTenantId: string | undefined,
): FieldError[] {
  if (tenant_id !== homeTenantId) {
    const detail =
      "Give a key: only the tenant that this deployment belongs to can use its identity.";
    return [{ pointer: "/api_key", detail }];
  }
  if (isAzureEndpoint(api_base)) return [];
  const detail =
    "Without a key the address must be one of Azure's, e.g. https://name.openai.azure.com.";
  return [{ pointer: "/api_base", detail }];
}

/** The models with this one as the only default. */
export const withDefault = (models: readonly ModelRecord[], name: string): ModelRecord[] =>
  models.map((model) => ({ ...model, is_default: isNamed(name)(model) }));

/** The deployment's own model as a record of the tenant; `undefined` when it has none. */
export function deploymentModel(
  tenantId: string,
  azure:
    | { endpoint: string; deployment: string; apiVersion: string; prices: ModelPrices | null }
    | undefined,
): ModelRecord | undefined {
  if (azure === undefined) return undefined;
  const at = "1970-01-01T00:00:00.000Z";
  return {
    model_name: DEPLOYMENT_MODEL,
    tenant_id: tenantId,
    provider: "azure",
    model_id: azure.deployment,
    api_base: azure.endpoint,
    auth: "managed_identity",
    api_version: azure.apiVersion,
    prices: azure.prices,
    context_tokens: 64_000,
    is_default: true,
    abilities: UNKNOWN_ABILITIES,
    last_test: null,
    created_by: null,
    created_at: at,
    updated_at: at,
  };
}

export type ModelAct =
  | "model.create"
  | "model.patch"
  | "model.test"
  | "model.default"
  | "model.delete";

/** @param version what the act was done to, so that a repeated append is recognised. */
export const modelAudit = (
  by: Pick<Principal, "id" | "kind" | "tenant_id">,
  action: ModelAct,
  subject: { name: string; version: string },
  fields: string[],
  at: Date,
): OutboxMessage =>
  changeAudit(by, action, { id: `model:${subject.name}`, version: subject.version }, fields, at);

/** The reply of a test: what is failed makes it an error, what works in another way does not. */
export function modelTestReply(checks: ModelCheck[], latencyMs: number): ModelTestReply {
  const isHealthy = checks.every(({ state }) => state === "ok" || state === "fallback");
  return {
    status: isHealthy ? "healthy" : "error",
    message: isHealthy ? "The model answers." : "The model cannot be used as it is set up.",
    latency_ms: Math.round(latencyMs),
    checks,
  };
}
