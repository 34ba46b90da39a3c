/** Decisions about requests that must have their effect once, however often they are sent. */
import { createHash } from "node:crypto";

import type { IdempotencyRecord, StoredReply } from "../schemas/idempotency.ts";
import type { Json } from "../schemas/json.ts";
import { AppError } from "./errors.ts";
import { plusMs } from "./time.ts";

/** How long an answer is remembered, in seconds. */
export const ANSWER_KEPT_SECONDS = 24 * 3600;
/** Who has not answered by then is believed to have died; longer than any creating request takes. */
const CLAIM_MS = 60_000;
/** A document stays under 200 kB: a longer body lies beside it, in documents of its own. */
export const BODY_BYTES_MAX = 150_000;
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A request with an Idempotency-Key. Keys of two callers have nothing to do with each other. */
export interface OnceRequest {
  tenantId: string;
  callerId: string;
  key: string;
  /** Method and path with the query. */
  target: string;
  /** The parsed body; `undefined` when there is none. */
  body: Json | undefined;
}

export const idempotencyId = ({ tenantId, callerId, key }: OnceRequest): string =>
  `idempotency:${hashOf(JSON.stringify([tenantId, callerId, key])).toString("base64url")}`;

/** The same whatever the order of the body's fields. */
export const fingerprintOf = ({ target, body }: OnceRequest): string =>
  hashOf(JSON.stringify([target, sorted(body ?? null)])).toString("base64url");

export function newClaim(
  request: OnceRequest,
  known: IdempotencyRecord | undefined,
  claim: string,
  now: Date,
): IdempotencyRecord {
  return {
    type: "idempotency",
    id: idempotencyId(request),
    tenant_id: request.tenantId,
    fingerprint: fingerprintOf(request),
    created_at: known?.created_at ?? now.toISOString(),
    state: "running",
    claim,
    claimed_until: plusMs(now, CLAIM_MS).toISOString(),
  };
}

/** @throws AppError `invalid-fields` when the key was used for something else. */
export function refuseOther(fingerprint: string, request: OnceRequest): void {
  if (fingerprint === fingerprintOf(request)) return;
  const detail =
    "This Idempotency-Key was used with another request; send a new key with a new request.";
  throw new AppError("invalid-fields", detail, {
    errors: [{ pointer: "/headers/idempotency-key", detail }],
  });
}

/** Whether somebody is believed to work on it. */
export const isClaimed = ({ state, claimed_until }: IdempotencyRecord, now: Date): boolean =>
  state === "running" && claimed_until > now.toISOString();

/** The reply's body as bytes of JSON, when it is too long for the record; `undefined` when it fits. */
export function largeBody({ body }: StoredReply): Uint8Array | undefined {
  if (body === undefined) return undefined;
  const bytes = Buffer.from(JSON.stringify(body));
  return bytes.length > BODY_BYTES_MAX ? bytes : undefined;
}

/** The record with its answer. @param bodyParts how many documents hold a body that is too long for it. */
export function answered(
  record: IdempotencyRecord,
  reply: StoredReply,
  bodyParts: number | undefined,
): IdempotencyRecord {
  if (bodyParts === undefined) return { ...record, state: "done", reply };
  const { body: _body, ...rest } = reply;
  return { ...record, state: "done", reply: { ...rest, body_parts: bodyParts } };
}

/**
 * Ids that follow from the record: a run after a crash makes the same ones, so that what was created before conflicts
 * instead of being created twice. They are ULIDs of the time of the first try.
 */
export function idsOf({ id, created_at }: Pick<IdempotencyRecord, "id" | "created_at">): {
  next(prefix: string): string;
} {
  const counts = new Map<string, number>();
  return {
    next(prefix) {
      const count = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, count);
      const chance = hashOf(JSON.stringify([id, prefix, count]));
      return `${prefix}_${timePart(Date.parse(created_at))}${chancePart(chance)}`;
    },
  };
}

/** 48 bits in ten digits of base 32. */
function timePart(ms: number): string {
  let rest = ms;
  let text = "";
  for (let i = 0; i < 10; i += 1) {
    text = CROCKFORD.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** 80 bits in sixteen digits; each takes five bits of a byte of its own. */
const chancePart = (bytes: Uint8Array): string =>
  [...bytes.subarray(0, 16)].map((byte) => CROCKFORD.charAt(byte % 32)).join("");

const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest();

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, one]) => [name, sorted(one)]);
}
