/** Queries that people ran, in container `tenants`, partition (tenant_id): one document each, `hnt_…`. */
import type { Deps } from "../ports/deps.ts";
import type { HuntingRecord } from "../schemas/hunting.ts";
import { asDocument } from "../schemas/json.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { commit } from "./outbox.ts";

/** The record and its messages in one batch; `conflict` when the id is taken. */
export async function create(
  deps: Pick<Deps, "clock" | "documents" | "log" | "queue">,
  record: HuntingRecord,
  messages: readonly OutboxMessage[],
): Promise<"done" | "conflict"> {
  const write = { kind: "create" as const, doc: asDocument(record) };
  return commit(deps, "tenants", [record.tenant_id], [write], messages);
}
