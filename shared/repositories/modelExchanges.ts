/** Exchanges with models, each in its session's partition: stored before their answer is used, read instead of paying twice. */
import { createHash } from "node:crypto";

import { z } from "zod";

import { canonicalJson } from "../domain/claims.ts";
import { AppError } from "../domain/errors.ts";
import type { Deps } from "../ports/deps.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { asDeepDocument, Json } from "../schemas/json.ts";
import { ChatMessage, ChatReply, ChatRequest, ModelExchange } from "../schemas/modelExchanges.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import { sessionKey } from "./sessions.ts";

type Needs = Pick<Deps, "blobs" | "clock" | "documents">;
type OfSession = Pick<SessionRecord, "tenant_id" | "session_id">;

const EXCHANGES_MAX = 500;

/** SHA-256 over the request's canonical JSON, hex: the same question has the same hash in every run. */
export const promptHash = (request: ChatRequest): string =>
  createHash("sha256")
    .update(canonicalJson(Json.parse(JSON.parse(JSON.stringify(request)))))
    .digest("hex");

export interface Asked {
  turn: number;
  record: ModelRecord;
  request: ChatRequest;
}

/**
 * The stored answer to the question of this turn, or else the one that `call` gives, once it is stored. Of two workers at
 * once both use the answer that was stored first.
 * @throws what `call` throws; AppError `store-unavailable`.
 */
export async function exchanged(
  deps: Needs,
  session: OfSession,
  { turn, record, request }: Asked,
  call: () => Promise<ChatReply>,
): Promise<{ reply: ChatReply; promptHash: string }> {
  const prompt_hash = promptHash(request);
  const id = `exchange:${String(turn).padStart(4, "0")}:${prompt_hash.slice(0, 32)}`;
  const known = await readReply(deps, session, id);
  if (known !== undefined) return { reply: known, promptHash: prompt_hash };
  const reply = await call();
  const { tenant_id, session_id } = session;
  const exchange: ModelExchange = {
    id,
    type: "exchange",
    tenant_id,
    session_id,
    turn,
    prompt_hash,
    request_blob: await putJson(deps, tenant_id, request),
    reply_blob: await putJson(deps, tenant_id, reply),
    model_name: record.model_name,
    model_id: record.model_id,
    at: deps.clock.now().toISOString(),
  };
  const outcome = await deps.documents.batch("sessions", sessionKey(session), [
    { kind: "create", doc: asDeepDocument(exchange) },
  ]);
  const first = outcome === "done" ? reply : await readReply(deps, session, id);
  return { reply: first ?? reply, promptHash: prompt_hash };
}

/** In the order of the run. */
export async function exchangesOf(
  documents: DocumentStore,
  session: OfSession,
): Promise<ModelExchange[]> {
  const page = await documents.query("sessions", {
    partition: sessionKey(session),
    where: [{ op: "eq", field: "type", value: "exchange" }],
    limit: EXCHANGES_MAX,
  });
  return page.items
    .map(({ doc }) => ModelExchange.parse(doc))
    .toSorted((a, b) => a.turn - b.turn || (a.at < b.at ? -1 : 1));
}

/** An exchange with what was said in it. */
export interface RecordedExchange extends ModelExchange {
  request: ChatRequest;
  reply: ChatReply;
}

/** In the order of the run. @throws AppError `store-unavailable` when what was said is no longer stored. */
export async function recordedExchanges(
  { blobs, documents }: Pick<Needs, "blobs" | "documents">,
  session: OfSession,
): Promise<RecordedExchange[]> {
  const exchanges = await exchangesOf(documents, session);
  return Promise.all(
    exchanges.map(async (exchange) => {
      const { tenant_id, request_blob, reply_blob } = exchange;
      return {
        ...exchange,
        request: ChatRequest.parse(await readJson(blobs, tenant_id, request_blob)),
        reply: ChatReply.parse(await readJson(blobs, tenant_id, reply_blob)),
      };
    }),
  );
}

async function readReply(
  { blobs, documents }: Pick<Needs, "blobs" | "documents">,
  session: OfSession,
  id: string,
): Promise<ChatReply | undefined> {
  const stored = await documents.read("sessions", sessionKey(session), id);
  if (stored === undefined) return undefined;
  const { tenant_id, reply_blob } = ModelExchange.parse(stored.doc);
  return ChatReply.parse(await readJson(blobs, tenant_id, reply_blob));
}

/** Keeps a session's conversation between slices. @returns where it lies. */
export const putTranscript = (
  deps: Pick<Deps, "blobs">,
  tenantId: string,
  transcript: readonly ChatMessage[],
): Promise<string> => putJson(deps, tenantId, transcript);

/** Empty before the conversation began. @throws AppError `store-unavailable` when it is gone. */
export async function readTranscript(
  { blobs }: Pick<Deps, "blobs">,
  tenantId: string,
  hash: string | null,
): Promise<ChatMessage[]> {
  return hash === null ? [] : z.array(ChatMessage).parse(await readJson(blobs, tenantId, hash));
}

const putJson = (
  { blobs }: Pick<Deps, "blobs">,
  tenantId: string,
  value: unknown,
): Promise<string> => blobs.put(tenantId, Buffer.from(JSON.stringify(value)), "application/json");

async function readJson(blobs: Deps["blobs"], tenantId: string, hash: string): Promise<unknown> {
  const bytes = await blobs.get(tenantId, hash);
  if (bytes !== undefined) return JSON.parse(Buffer.from(bytes).toString());
  throw new AppError("store-unavailable", "What was said to the model is no longer stored.");
}
