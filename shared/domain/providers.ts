/** Decisions about SIEM providers: what is shown of them, what is refused, how healthy they are (seed 002). */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import type { OutboxMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";
import type { ConnectionCheck, Health, SealedSecret, SiemProvider } from "../schemas/providers.ts";
import type {
  ProviderTestReply,
  ProviderView,
  UpdateProviderBody,
} from "../schemas/siemProviders.ts";
import { changeAudit } from "./audit.ts";
import { AppError, invalidBody, type FieldError } from "./errors.ts";
import { durationMs } from "./time.ts";

/** Shorter secrets show nothing: four characters would be too much of them. */
const SHOWN_FROM_LENGTH = 16;
const SHOWN_CHARACTERS = 4;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Shortest and longest that can be set, in milliseconds. */
const LIMITS = {
  sync_interval: { from: MINUTE_MS, to: DAY_MS, words: "one minute to one day" },
  sync_window: { from: 5 * MINUTE_MS, to: 90 * DAY_MS, words: "five minutes to 90 days" },
} as const;

/** What may be shown of a secret: its last four characters, or `undefined` when it is too short for that. */
export function secretEnd(secret: string): string | undefined {
  const characters = Array.from(secret);
  if (characters.length < SHOWN_FROM_LENGTH) return undefined;
  return characters.slice(-SHOWN_CHARACTERS).join("");
}

/**
 * A provider as administrators see it. What was stored is the time of the last edit, by which clients are kept; shown is that
 * of the last change of anything shown, so a health check counts as well (seed 002).
 */
export function viewOf(provider: SiemProvider): ProviderView {
  const { azure_tenant_id, client_id, client_secret, client_secret_end, ...fields } = provider;
  const { updated_at, last_health_check } = fields;
  return {
    ...fields,
    updated_at:
      last_health_check !== null && last_health_check > updated_at ? last_health_check : updated_at,
    tenant_id: azure_tenant_id,
    client_id: client_id === "" ? null : client_id,
    client_secret_masked: client_secret === undefined ? null : `****${client_secret_end ?? ""}`,
  };
}

/** Names what an act was done to, in the audit trail: each version that is stored is changed once. */
export const storedVersion = (etag: string): string => digest(etag);

/**
 * Version of what administrators set: what the services answer, and how the sync stands, changes nothing of it. An edit
 * that was begun before a health check thus goes through.
 */
export function providerVersion(provider: SiemProvider): string {
  const {
    status: _status,
    last_health_check: _check,
    last_health_status: _health,
    last_health_checks: _checks,
    client_secret,
    ...set
  } = provider;
  // Which key wraps the secret is no edit either: rotation changes that by itself.
  return digest([set, client_secret?.ct ?? null]);
}

/** ETag of a provider as it is shown: the version of what was set, then all that is shown, health included. */
export const providerEtag = (provider: SiemProvider, shown: unknown): string =>
  `${providerVersion(provider)}.${digest(shown)}`;

/** Whether an ETag, or a version, is of what is set now. */
export const isProviderVersion = (provider: SiemProvider, etag: string): boolean =>
  etag.split(".")[0] === providerVersion(provider);

const digest = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22);

/** A connection is healthy when nothing that was tried failed. */
export const healthOf = (checks: readonly ConnectionCheck[]): Health =>
  checks.some(({ state }) => state === "failed") ? "error" : "healthy";

/** The reply of a connection test: the words of the seed, the details in the checks. */
export function testReply(checks: ConnectionCheck[], latencyMs: number): ProviderTestReply {
  const status = healthOf(checks);
  const message =
    status === "healthy"
      ? "Connected to Sentinel workspace successfully"
      : "Connection test failed. Check server logs for details.";
  return { status, message, latency_ms: Math.round(latencyMs * 10) / 10, checks };
}

const CONNECTION = [
  "workspace_id",
  "azure_tenant_id",
  "client_id",
  "auth",
  "client_secret",
  "cloud",
  "subscription_id",
  "resource_group",
  "workspace_name",
] as const;

/** Whether both reach the same workspace in the same way: a test of one then tells about the other. */
export const isSameConnection = (one: SiemProvider, other: SiemProvider): boolean =>
  CONNECTION.every((field) => isDeepStrictEqual(one[field], other[field]));

/**
 * The provider after a PATCH, and the names of the body's fields that changed it. What was found about the
 * connection before is forgotten when the connection changes.
 * @param sealed the body's secret, sealed.
 */
export function patched(
  provider: SiemProvider,
  { client_secret: _plain, tenant_id, ...fields }: UpdateProviderBody,
  sealed: SealedSecret | undefined,
): { provider: SiemProvider; changed: string[] } {
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  const merged: SiemProvider = {
    ...provider,
    ...given,
    ...(tenant_id !== undefined && { azure_tenant_id: tenant_id }),
    ...(sealed !== undefined && { client_secret: sealed }),
  };
  if (_plain !== undefined) merged.client_secret_end = secretEnd(_plain);
  if (merged.auth === "managed_identity" && sealed === undefined) {
    delete merged.client_secret;
    delete merged.client_secret_end;
  }
  const before: Record<string, unknown> = viewOf(provider);
  const after: Record<string, unknown> = viewOf(merged);
  const changed = Object.keys(after).filter(
    (field) => field !== "client_secret_masked" && !isDeepStrictEqual(before[field], after[field]),
  );
  if (!isDeepStrictEqual(provider.client_secret, merged.client_secret))
    changed.push("client_secret");
  if (isSameConnection(provider, merged)) return { provider: merged, changed };
  const untested = { last_health_check: null, last_health_status: null, last_health_checks: [] };
  return { provider: { ...merged, ...untested }, changed };
}

/**
 * Refuses a provider that cannot work, whatever the services say.
 * @param homeTenantId the SoCMate tenant that the deployment's own identity belongs to.
 * @param changed the fields that a PATCH changes: a mistake is theirs before it is another field's.
 * @throws AppError `invalid-fields` with a pointer for each field.
 */
export function refuseUnusable(
  provider: SiemProvider,
  homeTenantId: string | undefined,
  changed: readonly string[] = [],
): void {
  const errors = [
    ...limitErrors(provider),
    ...addressErrors(provider, changed),
    ...identityErrors(provider, homeTenantId),
  ];
  if (errors.length > 0) throw invalidBody(errors);
}

/**
 * A provider stays with its workspace once there are incidents of it: nothing would bring those up to date any more.
 * @param provider as it is, before it would lead to another.
 * @param incidents how many there are of its workspace.
 * @throws AppError `invalid-fields`
 */
export function refuseLeaving(provider: SiemProvider, incidents: number): void {
  if (incidents === 0) return;
  const count = incidents === 1 ? "1 incident" : `${incidents} incidents`;
  const detail = `${count} came from the workspace ${provider.workspace_id} and would never be brought up to date again. Add a provider for the other workspace; delete this one when it is not needed any more.`;
  const errors = [{ pointer: "/workspace_id", detail }];
  throw new AppError("invalid-fields", "The body is not valid.", { errors });
}

/** @throws AppError `conflict` when another of the providers has the name, in any case. */
export function refuseTakenName(
  providers: readonly SiemProvider[],
  { id, name }: Pick<SiemProvider, "id" | "name">,
): void {
  const taken = providers.some(
    (one) => one.id !== id && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken) throw new AppError("conflict", `A provider named '${name}' exists already.`);
}

/** What people do to providers, as the audit names it. */
export type ProviderAct =
  | "provider.create"
  | "provider.patch"
  | "provider.test"
  | "provider.default"
  | "provider.delete";

/** @param version what the act was done to, so that a repeated append is recognised. */
export function providerAudit(
  by: Pick<Principal, "id" | "kind" | "tenant_id">,
  action: ProviderAct,
  subject: { id: string; version: string },
  fields: string[],
  at: Date,
): OutboxMessage {
  return changeAudit(by, action, subject, fields, at);
}

function limitErrors(provider: SiemProvider): FieldError[] {
  const fields = ["sync_interval", "sync_window"] as const;
  return fields.flatMap((field) => {
    const { from, to, words } = LIMITS[field];
    const ms = durationMs(provider[field]);
    return ms >= from && ms <= to ? [] : [{ pointer: `/${field}`, detail: `Choose ${words}.` }];
  });
}

/** The three parts of the address go together, and write-back goes through it. */
function addressErrors(provider: SiemProvider, changed: readonly string[]): FieldError[] {
  const parts = ["subscription_id", "resource_group", "workspace_name"] as const;
  const missing = parts.filter((part) => provider[part] === null);
  if (missing.length === 0) return [];
  const given = parts.filter((part) => provider[part] !== null);
  const asking = [...given, ...(provider.writeback_enabled ? ["writeback_enabled"] : [])];
  const dropped = missing.filter((part) => changed.includes(part));
  if (asking.length > 0 && dropped.length > 0) {
    const needed = `${asking.join(" and ")} cannot be without this.`;
    return dropped.map((field) => ({ pointer: `/${field}`, detail: needed }));
  }
  const detail = `This needs ${missing.join(" and ")} as well.`;
  return asking.map((field) => ({ pointer: `/${field}`, detail }));
}

/**
 * The deployment's identity can read workspaces that were granted to it, whoever asks. An administrator of another
 * tenant could name such a workspace and read it: only the tenant that the deployment belongs to may use it.
 */
function identityErrors(provider: SiemProvider, homeTenantId: string | undefined): FieldError[] {
  if (provider.auth !== "managed_identity") {
    if (provider.client_secret === undefined)
      return [{ pointer: "/client_secret", detail: "Give the app registration's secret." }];
    return provider.client_id === ""
      ? [{ pointer: "/client_id", detail: "Give the app registration's client id." }]
      : [];
  }
  if (provider.client_secret !== undefined)
    return [{ pointer: "/client_secret", detail: "A managed identity has no secret." }];
  if (provider.tenant_id === homeTenantId) return [];
  const detail = "Only the tenant that this deployment belongs to can use its managed identity.";
  return [{ pointer: "/auth", detail }];
}
