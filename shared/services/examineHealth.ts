/** Looks at everything that an administrator would look at one by one: store, queues, timers, providers, models. */
import {
  type DeclaredTimer,
  modelState,
  providerState,
  queueState,
  timerHealth,
  worstOf,
} from "../domain/adminHealth.ts";
import type { Deps } from "../ports/deps.ts";
import { atMost } from "../ports/patience.ts";
import * as models from "../repositories/models.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import * as timerRuns from "../repositories/timerRuns.ts";
import type { AdminHealth } from "../schemas/adminHealth.ts";
import { QueueName } from "../schemas/messages.ts";

type Needs = Pick<Deps, "clock" | "documents" | "queue" | "settings">;

/** A part that does not answer within this is shown as failed. */
const PATIENCE_MS = 5_000;

/** Never throws: what does not answer is part of the answer. @param program all its timers. */
export async function examineHealth(
  deps: Needs,
  tenantId: string,
  program: readonly DeclaredTimer[],
): Promise<AdminHealth> {
  const [store, queues, timers, ofProviders, ofModels] = await Promise.all([
    storeHealth(deps),
    Promise.all(QueueName.options.map((name) => queueHealth(deps, name))),
    answered(timersHealth(deps, program)),
    answered(providerHealth(deps, tenantId)),
    answered(modelHealth(deps, tenantId)),
  ]);
  const parts = {
    store,
    queues,
    timers: timers ?? [],
    providers: ofProviders ?? [],
    models: ofModels ?? [],
  };
  const all = [store, ...queues, ...parts.timers, ...parts.providers, ...parts.models];
  return {
    state: worstOf(all.map(({ state }) => state)),
    checked_at: deps.clock.now().toISOString(),
    ...parts,
  };
}

/** `undefined` when it failed or took too long. */
const answered = <Result>(work: Promise<Result>): Promise<Result | undefined> =>
  atMost(PATIENCE_MS, work).catch(() => undefined);

async function storeHealth({ documents }: Needs): Promise<AdminHealth["store"]> {
  const started = performance.now();
  const read = documents.read("control", ["health"], "health").then(() => true);
  if ((await answered(read)) !== true) return { state: "failed", latency_ms: null };
  return { state: "ok", latency_ms: Math.round((performance.now() - started) * 10) / 10 };
}

async function queueHealth(
  { queue }: Needs,
  name: QueueName,
): Promise<AdminHealth["queues"][number]> {
  const counts = await answered(queue.counts(name));
  const { active = null, scheduled = null, dead = null } = counts ?? {};
  return { name, state: queueState(counts), active, scheduled, dead };
}

/** By name. A run of a timer that is no longer part of the program is not shown. */
async function timersHealth(
  { clock, documents }: Needs,
  program: readonly DeclaredTimer[],
): Promise<AdminHealth["timers"]> {
  const now = clock.now();
  const names = program.map(({ name }) => name);
  const [runs, since] = await Promise.all([
    timerRuns.list(documents),
    timerRuns.knownSince(documents, names, now),
  ]);
  return program
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((timer) => {
      const run = runs.find(({ name }) => name === timer.name);
      return timerHealth(timer, run, since.get(timer.name) ?? now, now);
    });
}

async function providerHealth(
  { clock, documents }: Needs,
  tenantId: string,
): Promise<AdminHealth["providers"]> {
  const known = await providers.list(documents, tenantId);
  return await Promise.all(
    known.map(async (provider) => {
      const sync = await syncState.read(documents, tenantId, provider.id);
      return providerState(provider, sync, clock.now());
    }),
  );
}

async function modelHealth(deps: Needs, tenantId: string): Promise<AdminHealth["models"]> {
  const known = await models.usable(deps, tenantId);
  return known.map(({ model_name, is_default, last_test }) => ({
    model_name,
    is_default,
    last_test,
    state: modelState(last_test),
  }));
}
