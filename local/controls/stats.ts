/** Controls that look: timers, queues, how old the sync is. */
import type { Deps } from "../../shared/ports/deps.ts";
import { list as listProviders } from "../../shared/repositories/providers.ts";
import { read as readSyncState } from "../../shared/repositories/syncState.ts";
import { QueueName } from "../../shared/schemas/messages.ts";
import type { LocalClock } from "../clock.ts";
import { DEMO_TENANTS } from "../demoTenants.ts";
import type { Host } from "../host/host.ts";
import { control } from "./router.ts";

export function statsControls(host: () => Host, parts: () => Deps, clock: LocalClock) {
  return [
    control({
      method: "GET",
      path: "/stats",
      async handle() {
        const counts = await Promise.all(
          QueueName.options.map(async (name) => [name, await parts().queue.counts(name)] as const),
        );
        return {
          now: clock.now().toISOString(),
          timers: host().timers(),
          queues: Object.fromEntries(counts),
          sync_age_seconds: await syncAgeSeconds(parts(), clock),
        };
      },
    }),
  ];
}

/** Seconds since the newest successful sync of any provider; null before the first. */
async function syncAgeSeconds({ documents }: Deps, clock: LocalClock): Promise<number | null> {
  let newest: number | undefined;
  for (const { tenantId } of DEMO_TENANTS) {
    for (const provider of await listProviders(documents, tenantId)) {
      const at = (await readSyncState(documents, tenantId, provider.id))?.last_success_at;
      if (at !== undefined) newest = Math.max(newest ?? 0, Date.parse(at));
    }
  }
  return newest === undefined ? null : Math.max(0, (clock.now().getTime() - newest) / 1000);
}
