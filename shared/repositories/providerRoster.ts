/**
 * All of a tenant's providers as one thing: names are unique and one is the default. Every change goes through the
 * document `provider-roster` of the tenant's partition, so that two at once cannot both be right about the others.
 */
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import type { Deps } from "../ports/deps.ts";
import type { Write } from "../ports/documentStore.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import { commit } from "./outbox.ts";
import { listStored, type StoredProvider } from "./providers.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** What a change writes, and what it answers once that is done. */
export interface RosterChange<Result> {
  writes: readonly Write[];
  messages: readonly OutboxMessage[];
  result: Result;
}

const CONTAINER = "tenants";
const ID = "provider-roster";
/** Of so many racing changes each wins in turn; more losses than this in a row are a fault. */
const ATTEMPTS_MAX = 100;

/**
 * Decides on the providers as they are, deleted ones left out, and writes it if they still are so; otherwise decides
 * anew. No writes: nothing is changed.
 * @throws AppError `conflict` when it loses too many races; whatever `decide` throws.
 */
export async function changeRoster<Result>(
  deps: Needs,
  tenantId: string,
  decide: (known: readonly StoredProvider[]) => Promise<RosterChange<Result>>,
): Promise<Result> {
  const attempt = async (): Promise<{ result: Result } | "conflict"> => {
    // The guard is read before what it guards: a change in between shows.
    const guard = await deps.documents.read(CONTAINER, [tenantId], ID);
    const { writes, messages, result } = await decide(await listStored(deps.documents, tenantId));
    if (writes.length === 0) return { result };
    const doc = {
      id: ID,
      type: "provider_roster",
      tenant_id: tenantId,
      updated_at: deps.clock.now().toISOString(),
    };
    const guarded: Write =
      guard === undefined ? { kind: "create", doc } : { kind: "replace", doc, etag: guard.etag };
    const outcome = await commit(deps, CONTAINER, [tenantId], [...writes, guarded], messages);
    return outcome === "done" ? { result } : "conflict";
  };
  const what = "The list of providers";
  return (await retryOnConflict(attempt, { what, attemptsMax: ATTEMPTS_MAX })).result;
}
