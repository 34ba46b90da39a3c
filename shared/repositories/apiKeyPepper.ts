/** The secret that every API key's hash is made with: one for the deployment, sealed, in container `control`. */
import { randomBytes } from "node:crypto";

import { z } from "zod";

import { AppError } from "../domain/errors.ts";
import { open, seal } from "../domain/sealing.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { SealedSecret } from "../schemas/providers.ts";

type Needs = Pick<Deps, "documents" | "keys">;

const CONTAINER = "control";
const ID = "api-key-pepper";
const PLACE = { tenant_id: "", subject_id: ID, field: "pepper" };
const Pepper = z.looseObject({ pepper: SealedSecret });

/** Opened once in a process: unsealing asks the key vault. */
const opened = new WeakMap<DocumentStore, Promise<Uint8Array>>();

/** The pepper; the first call of all makes it. @throws AppError `store-unavailable`. */
export function apiKeyPepper(needs: Needs): Promise<Uint8Array> {
  const known = opened.get(needs.documents);
  if (known !== undefined) return known;
  const pepper = readOrCreate(needs);
  opened.set(needs.documents, pepper);
  // A vault that was away for a moment must not close the door for good.
  pepper.catch(() => opened.delete(needs.documents));
  return pepper;
}

async function readOrCreate({ documents, keys }: Needs): Promise<Uint8Array> {
  const known = await read(documents);
  if (known === undefined) {
    const sealed = await seal(randomBytes(32).toString("base64url"), PLACE, keys, randomBytes);
    const doc = { id: ID, type: ID, pepper: sealed };
    await documents.batch(CONTAINER, [ID], [{ kind: "create", doc }]);
  }
  // Somebody else may have been first: what stands there now is everybody's.
  const stored = known ?? (await read(documents));
  if (stored === undefined) throw new AppError("store-unavailable", "The store lost a record.");
  return Buffer.from(await open(stored.sealed, PLACE, keys), "base64url");
}

async function read(
  documents: DocumentStore,
): Promise<{ sealed: SealedSecret; etag: string } | undefined> {
  const stored = await documents.read(CONTAINER, [ID], ID);
  return stored && { sealed: Pepper.parse(stored.doc).pepper, etag: stored.etag };
}

/** The sealed pepper with the way to put it under another wrapping key; empty before the first key was made. */
export async function sealedPepper(documents: DocumentStore): Promise<
  {
    tenant_id: string;
    subject_id: string;
    sealed: SealedSecret;
    replace: (renewed: SealedSecret) => Promise<"done" | "conflict">;
  }[]
> {
  const stored = await read(documents);
  if (stored === undefined) return [];
  const { sealed, etag } = stored;
  const replace = (pepper: SealedSecret) =>
    documents.batch(CONTAINER, [ID], [{ kind: "patch", id: ID, set: { pepper }, etag }]);
  return [{ tenant_id: PLACE.tenant_id, subject_id: ID, sealed, replace }];
}
