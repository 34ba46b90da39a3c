/** Tells how far the queues and the syncs are behind, for dashboards and alarms. Does nothing where telemetry is off. */
import type { Deps } from "../ports/deps.ts";
import { standing } from "../repositories/incidentsSyncAges.ts";
import { QueueName } from "../schemas/messages.ts";

export async function reportFigures({
  clock,
  documents,
  queue,
  telemetry,
}: Pick<Deps, "clock" | "documents" | "queue" | "telemetry">): Promise<void> {
  if (telemetry === undefined) return;
  const now = clock.now().getTime();
  for (const { provider, state } of await standing(documents, undefined)) {
    // A provider that was never synchronised has no age; its connection test says why.
    if (state?.last_success_at === undefined) continue;
    const seconds = Math.max(0, (now - Date.parse(state.last_success_at)) / 1000);
    const attributes = { tenant_id: provider.tenant_id, provider_id: provider.id };
    telemetry.gauge("socmate.sync.age", seconds, attributes);
  }
  for (const name of QueueName.options) {
    const counts = await queue.counts(name);
    for (const state of ["active", "scheduled", "dead"] as const)
      telemetry.gauge("socmate.queue.depth", counts[state], { queue: name, state });
  }
}
