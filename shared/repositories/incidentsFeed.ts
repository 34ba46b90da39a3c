/** What readers of the incidents' changes were given, where it is too much for their cursor: container `control`. */
import { createHash } from "node:crypto";

import { GIVEN_IN_CURSOR_MAX } from "../domain/incidentsFeed.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { asDocument } from "../schemas/json.ts";
import { type FeedCursor, GivenChanges } from "../schemas/incidentsFeed.ts";

const CONTAINER = "control";
/** A reader who comes back later is given at most two minutes' changes once more. */
const KEPT_SECONDS = 86_400;

type Given = Pick<FeedCursor, "given" | "kept">;

/** Keeps what was given in the cursor itself, or in a document that is named after its content. */
export async function keepGiven(
  documents: DocumentStore,
  tenantId: string,
  given: GivenChanges,
): Promise<Given> {
  if (Object.keys(given).length <= GIVEN_IN_CURSOR_MAX) return { given };
  const content = JSON.stringify([tenantId, Object.keys(given).toSorted()]);
  const kept = createHash("sha256").update(content).digest("base64url");
  const id = idOf(kept);
  const doc = asDocument({ id, type: "feed-given", tenant_id: tenantId, given });
  // A conflict: the same content is there.
  const write = { kind: "create", doc, ttlSeconds: KEPT_SECONDS } as const;
  await documents.batch(CONTAINER, [id], [write]);
  return { kept };
}

export async function readGiven(
  documents: DocumentStore,
  tenantId: string,
  { given, kept }: Given,
): Promise<GivenChanges> {
  if (kept === undefined) return given ?? {};
  const stored = await documents.read(CONTAINER, [idOf(kept)], idOf(kept));
  const isOwn = stored?.doc["tenant_id"] === tenantId;
  return isOwn ? GivenChanges.parse(stored.doc["given"]) : {};
}

const idOf = (kept: string): string => `feed-given:${kept}`;
