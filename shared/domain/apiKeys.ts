/** Decisions about API keys: their text, who may have which scopes, and when one opens. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import ipaddr from "ipaddr.js";

import type {
  ApiKeyRecord,
  ApiKeyStatus,
  ApiKeyUse,
  ApiKeyView,
  IssuedApiKey,
} from "../schemas/apiKeys.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";
import { changeAudit } from "./audit.ts";
import { AppError } from "./errors.ts";
import { isForKeys } from "./permissions.ts";

/** More keys that open than this say that they are not cleaned up. */
export const API_KEYS_MAX = 200;
/** How long a key that was revoked or has expired stays in the list, in seconds. */
const ENDED_KEPT_SECONDS = 90 * 86_400;
const USE_DAYS_MAX = 30;
const ID_PREFIX = "key_";
const TEXT = /^sk_live_([0-9A-Za-z]{20,40})_([\w-]{43})$/;

/** Id of the API for the public part of a key, and back; `undefined` for what is no such id. */
export const idOf = (keyId: string): string => ID_PREFIX + keyId;
export const keyIdOf = (id: string): string | undefined =>
  id.startsWith(ID_PREFIX) ? id.slice(ID_PREFIX.length) : undefined;

/** The key as its owner gets it. @param secret 32 random bytes. */
export const keyText = (keyId: string, secret: Uint8Array): string =>
  `sk_live_${keyId}_${Buffer.from(secret).toString("base64url")}`;

/** The public part of a key's text; `undefined` when it does not look like one. */
export const keyIdIn = (text: string): string | undefined => TEXT.exec(text)?.[1];

/** What is stored instead of a key: without the pepper a copied store neither opens nor makes a key. */
export const secretHash = (text: string, pepper: Uint8Array): string =>
  createHmac("sha256", pepper).update(text).digest("hex");

/**
 * Whether the key with its right secret opens now, from there.
 * @param address `undefined` when the front end did not tell.
 * @throws AppError `unauthenticated` for a revoked or expired key; `forbidden` for a foreign address.
 */
export function refuseKey(key: ApiKeyRecord, address: string | undefined, now: Date): void {
  const { revoked_at, expires_at, allowed_cidrs } = key;
  if (revoked_at !== null) {
    throw new AppError("unauthenticated", `This API key was revoked at ${revoked_at}.`);
  }
  if (expires_at <= now.toISOString()) {
    throw new AppError("unauthenticated", `This API key expired at ${expires_at}.`);
  }
  if (allowed_cidrs.length > 0 && !isWithin(allowed_cidrs, address)) {
    const detail = `This API key may not be used from ${address ?? "an unknown address"}; an administrator allows networks.`;
    throw new AppError("forbidden", detail);
  }
}

/** Whether the text that was presented is the key's, by its hash: who has not the secret learns nothing about the key. */
export function hasSecret(
  { secret_hash, previous }: ApiKeyRecord,
  hash: string,
  now: Date,
): boolean {
  const isCurrent = isSame(secret_hash, hash);
  const isPrevious = previous !== null && isSame(previous.secret_hash, hash);
  return isCurrent || (isPrevious && previous.valid_until > now.toISOString());
}

function isSame(stored: string, presented: string): boolean {
  const [one, other] = [Buffer.from(stored, "hex"), Buffer.from(presented, "hex")];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Whether the address lies in one of the networks; an IPv4 address in IPv6 dress counts as what it is. */
export function isWithin(networks: readonly string[], address: string | undefined): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  const from = ipaddr.process(address);
  return networks.some((network) => {
    const single = network.includes("/") ? network : undefined;
    const [base, bits] = single ? ipaddr.parseCIDR(single) : [ipaddr.parse(network), undefined];
    const full = bits ?? (base.kind() === "ipv4" ? 32 : 128);
    return from.kind() === base.kind() && from.match(base, full);
  });
}

/** One IPv4 address, or the network of 64 bits that one subscriber has; all that come from nowhere are one. */
export function sourceOf(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return "unknown";
  const from = ipaddr.process(address);
  return from.kind() === "ipv4" ? from.toString() : from.toByteArray().slice(0, 8).join(".");
}

/** Who calls with the key: never an administrator, whatever the record says. */
export const keyPrincipal = (key: ApiKeyRecord): Principal => ({
  kind: "api_key",
  tenant_id: key.tenant_id,
  id: idOf(key.key_id),
  name: key.name,
  app_id: idOf(key.key_id),
  rate_limit_per_minute: key.rate_limit_per_minute,
  roles: [],
  permissions: key.scopes.filter(isForKeys),
});

export function statusOf({ revoked_at, expires_at }: ApiKeyRecord, now: Date): ApiKeyStatus {
  if (revoked_at !== null) return "revoked";
  return expires_at <= now.toISOString() ? "expired" : "active";
}

/** How long the record of a key is kept from now on, in seconds. */
export function keptSeconds({ revoked_at, expires_at }: ApiKeyRecord, now: Date): number {
  const leftMs = Date.parse(revoked_at ?? expires_at) - now.getTime();
  return Math.ceil(leftMs / 1000) + ENDED_KEPT_SECONDS;
}

export function apiKeyView(key: ApiKeyRecord, use: ApiKeyUse | undefined, now: Date): ApiKeyView {
  const { type: _type, tenant_id: _tenant, secret_hash: _hash, previous, ...shown } = key;
  const isOverlapping = previous !== null && previous.valid_until > now.toISOString();
  return {
    ...shown,
    id: idOf(key.key_id),
    status: statusOf(key, now),
    previous_valid_until: isOverlapping && key.revoked_at === null ? previous.valid_until : null,
    last_used_at: use?.last_used_at ?? null,
    last_used_from: use?.last_used_from ?? null,
    uses: Object.entries(use?.days ?? {})
      .map(([day, count]) => ({ day, count }))
      .toSorted((a, b) => (a.day < b.day ? -1 : 1)),
  };
}

export const issuedKey = (key: ApiKeyRecord, text: string, now: Date): IssuedApiKey => ({
  ...apiKeyView(key, undefined, now),
  api_key: text,
  header_name: "X-API-Key",
});

/** The uses together; the newest days are kept. */
export function addUses(known: ApiKeyUse | undefined, more: ApiKeyUse): ApiKeyUse {
  const days = { ...known?.days };
  for (const [day, count] of Object.entries(more.days)) days[day] = (days[day] ?? 0) + count;
  const isNewer = known === undefined || known.last_used_at <= more.last_used_at;
  const { last_used_at, last_used_from } = isNewer ? more : known;
  const newest = Object.keys(days).toSorted().slice(-USE_DAYS_MAX);
  return {
    last_used_at,
    last_used_from,
    days: Object.fromEntries(newest.map((day) => [day, days[day] ?? 0])),
  };
}

/** What the audit trail says of an act on the key: the fields it concerns, never the secret or its hash. */
export function apiKeyAudit(
  by: Pick<Principal, "id" | "kind" | "name" | "tenant_id">,
  action: "api_key.create" | "api_key.rotate" | "api_key.revoke",
  key: ApiKeyRecord,
  fields: string[],
  at: Date,
): OutboxMessage {
  const { id, kind, name, tenant_id } = by;
  const version = createHash("sha256").update(JSON.stringify(key)).digest("hex");
  const subject = { id: idOf(key.key_id), version };
  return changeAudit({ id, kind, name, tenant_id }, action, subject, fields, at);
}
