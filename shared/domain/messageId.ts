/** Ids of outgoing messages: the broker takes one message per id, whichever tenant it is of. */
import { createHash } from "node:crypto";

/** Longest id that every broker takes. */
const LENGTH_MAX = 128;

/**
 * The id of what a tenant's state causes; the same state always gives the same id. Two tenants may connect one
 * workspace, so that what identifies a subject within a tenant does not identify it here. Readable where it fits.
 */
export function messageId(kind: string, tenantId: string, ...subject: string[]): string {
  const id = [kind, encodeURIComponent(tenantId), ...subject].join(":");
  if (id.length <= LENGTH_MAX) return id;
  const parts = JSON.stringify([tenantId, ...subject]);
  return `${kind}:${createHash("sha256").update(parts).digest("hex")}`;
}
