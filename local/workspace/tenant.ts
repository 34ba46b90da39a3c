/** A simulated Sentinel tenant: a company whose days, alarms and attacks follow from a seed. */
import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
import { withFunctions } from "../../shared/kql/functions.ts";
import { ASIM_SAVED } from "./asim/functions.ts";
import { openJournal } from "./journal.ts";
import { SAVED_FUNCTIONS } from "./savedFunctions.ts";
import type { Truth } from "./stories/story.ts";
import {
  familyOf,
  type PlayedStory,
  type StateOptions,
  type TenantSize,
  TenantState,
  type TruthRecord,
} from "./tenantState.ts";
import type { Workspace } from "./workspace.ts";

export interface TenantOptions extends StateOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly seed: string;
  readonly size: TenantSize;
  /** Where the tenant remembers what its seed does not say; without it a restart begins anew. */
  readonly journalFile?: string;
}

export interface StoryRequest {
  readonly family: string;
  readonly truth: Truth;
  /** The same seed tells the same story. Default: another one each time. */
  readonly seed?: string;
  /** Default and latest: now. */
  readonly endsAt?: Date;
}

export interface Tenant extends Workspace {
  /** @throws RangeError when there is no such family or the story would end in the future. */
  playStory(request: StoryRequest): { incident_numbers: number[] };
  played(): readonly PlayedStory[];
  /** Undefined when there is no such incident or no story behind it. */
  truth(incidentNumber: number): TruthRecord | undefined;
}

const SCHEMA = withFunctions(BUILT_IN_SCHEMA, [...ASIM_SAVED, ...SAVED_FUNCTIONS]);

/** Makes the tenant, or the same one again when its journal says that it lived before. */
export function createTenant(options: TenantOptions): Tenant {
  const journal = openJournal(options.journalFile);
  const [first, ...rest] = journal.entries;
  const start =
    first?.type === "start"
      ? first
      : ({
          type: "start",
          at: options.clock.now().getTime(),
          seed: options.seed,
          size: options.size,
        } as const);
  if (first !== start) journal.append(start);
  const state = new TenantState(options, start);
  for (const entry of rest) {
    if (entry.type === "produced") state.produce(entry.from, entry.to);
    if (entry.type === "story")
      state.play(entry.family, entry.truth, entry.seed, new Date(entry.ends_at));
    if (entry.type === "recorded") state.take(entry.table, entry.rows);
  }
  const now = (): Date => options.clock.now();
  const tick = (): void => {
    state.ingestion.settle();
    const due = state.due(now());
    if (due !== undefined) {
      journal.append({ type: "produced", ...due });
      state.produce(due.from, due.to);
    }
    state.liveUntil(now());
  };
  tick();
  return {
    ...options,
    schema: SCHEMA,
    tables: state.tables,
    now,
    tick,
    record: (table, rows) => {
      journal.append({ type: "recorded", table, rows: [...rows] });
      state.take(table, rows);
    },
    underway: (table) => state.ingestion.underway(table),
    playStory: ({ family, truth, seed, endsAt = now() }) => {
      tick();
      const key = seed ?? `played-${state.stories.length}`;
      if (endsAt > now()) throw new RangeError("A story cannot end in the future.");
      familyOf(family);
      journal.append({ type: "story", family, truth, seed: key, ends_at: endsAt.getTime() });
      return { incident_numbers: [state.play(family, truth, key, endsAt)] };
    },
    played: () => state.stories,
    truth: (incidentNumber) => state.truth(incidentNumber),
  };
}
