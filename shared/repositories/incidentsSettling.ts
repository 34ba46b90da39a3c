/** Has incidents looked at again while their alerts may still be coming. */
import {
  enrichmentRequest,
  SETTLING_FRESH_MS,
  SETTLING_ROUNDS_MS,
  type SyncContext,
} from "../domain/incidents.ts";
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { JsonObject } from "../schemas/json.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import * as incidents from "./incidents.ts";

/**
 * Has incidents enriched again whose counts last changed so long ago. Each run looks at the time since the one before,
 * so that each incident comes up once in each round; a run that fails here is repeated as a whole.
 */
export async function enrichSettling(
  deps: Pick<Deps, "documents" | "queue">,
  provider: SiemProvider,
  context: SyncContext,
): Promise<void> {
  if (context.lastSuccessAt === undefined) return;
  for (const [index, roundMs] of SETTLING_ROUNDS_MS.entries()) {
    const from = plusMs(new Date(context.lastSuccessAt), 1 - roundMs);
    const settling = await incidents.changedCounts(deps.documents, provider, {
      from: from.toISOString(),
      to: plusMs(context.startedAt, -roundMs).toISOString(),
      createdSince: plusMs(from, -SETTLING_FRESH_MS).toISOString(),
    });
    const requests = settling.map((incident) => enrichmentRequest(incident, index + 1));
    const messages = requests.map(({ id, body }) => ({ id, body: JsonObject.parse(body) }));
    if (messages.length > 0) await deps.queue.send("enrichments", messages);
  }
}
