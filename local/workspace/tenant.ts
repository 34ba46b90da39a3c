/** A simulated Sentinel tenant: a company whose days, alarms and attacks follow from a seed. */
import type { Clock } from "../../shared/ports/clock.ts";
import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
import { withFunctions } from "../../shared/kql/functions.ts";
import { createMemoryTables, type MemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import {
  type Arrival,
  liveArrival,
  MAX_ARRIVALS_AT_ONCE,
  newestArrival,
  pastArrivals,
  STORY_SEVERITIES,
} from "./arrivals.ts";
import { caseRows } from "./casework.ts";
import type { Company } from "./company.ts";
import { createCompany } from "./createCompany.ts";
import { createIngestion, type Ingestion } from "./ingestion.ts";
import { ASIM_SAVED } from "./asim/functions.ts";
import { SAVED_FUNCTIONS } from "./savedFunctions.ts";
import { openJournal } from "./journal.ts";
import { DAY, dayRows } from "./noise.ts";
import { createRandom } from "./random.ts";
import { type LogRow, type Row, rowHash } from "./rows/row.ts";
import { FAMILIES } from "./stories/families.ts";
import type { StoryFamily, Truth } from "./stories/story.ts";
import type { Workspace } from "./workspace.ts";

export type TenantSize = "small" | "medium" | "large";

export interface TenantOptions {
  readonly name: string;
  readonly workspaceId: string;
  readonly azureTenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly seed: string;
  readonly size: TenantSize;
  readonly clock: Clock;
  /** Where the tenant remembers what its seed does not say; without it a restart begins anew. */
  readonly journalFile?: string;
}

/** What is true about an incident that a story stands behind. */
export interface TruthRecord {
  readonly family: string;
  readonly verdict: Truth;
  readonly entities: readonly { type: string; value: string }[];
  /** The rows that decide it, named by `rowHash`. */
  readonly evidence: readonly { table: string; row_hash: string }[];
  readonly tactics: readonly string[];
}

export interface PlayedStory {
  readonly family: string;
  readonly truth: Truth;
  readonly seed: string;
  readonly endsAt: Date;
  readonly incidentNumber: number;
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

/** The rows of a size: people, and incidents before the start. */
const SIZES: Readonly<Record<TenantSize, { users: number; past: number }>> = {
  small: { users: 30, past: 60 },
  medium: { users: 250, past: 400 },
  large: { users: 3400, past: 2000 },
};
const HISTORY_DAYS = 30;
/** Days that nobody asked about for this long are not made any more. */
const KEPT_DAYS = 45;
const ROWS_AT_ONCE = 50_000;
const FIRST_NUMBER = 101;
/** Changes of a played incident follow each other at once, so that it is complete when the call returns. */
const PLAYED_PACE_MS = 1000;

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

function familyOf(name: string): StoryFamily {
  const family = FAMILIES.find((one) => one.name === name);
  if (family === undefined)
    throw new RangeError(
      `There is no family ${name}: ${FAMILIES.map((one) => one.name).join(", ")}.`,
    );
  return family;
}

/** Rows, numbers and truths so far. */
class TenantState {
  readonly tables: MemoryTables = createMemoryTables(BUILT_IN_SCHEMA);
  readonly ingestion: Ingestion;
  readonly stories: PlayedStory[] = [];
  readonly #storied = new Map<number, Arrival>();
  readonly #company: Company;
  readonly #seed: string;
  readonly #startedAt: number;
  #nextNumber = FIRST_NUMBER;
  #nextIndex = 0;
  #nextDay: number;

  constructor(options: TenantOptions, start: { at: number; seed: string; size: TenantSize }) {
    this.ingestion = createIngestion(
      (table, rows) => this.tables.append(table, rows),
      () => options.clock.now(),
    );
    const { users, past } = SIZES[start.size];
    this.#company = createCompany(options, start.seed, users);
    this.#seed = start.seed;
    this.#startedAt = start.at;
    this.#nextDay = Math.floor(start.at / DAY) - HISTORY_DAYS;
    const rows = pastArrivals(this.#company, start.seed, start.at, past).flatMap(
      (arrival) => this.#open(arrival).rows,
    );
    this.#append(rows);
    this.#appendDays(Math.floor(start.at / DAY));
  }

  /** Rows that somebody wrote; an incident among them takes its number. */
  take(table: string, rows: readonly Row[]): void {
    this.ingestion.take(table, rows);
    if (table !== "SecurityIncident") return;
    for (const { IncidentNumber } of rows)
      if (typeof IncidentNumber === "number")
        this.#nextNumber = Math.max(this.#nextNumber, IncidentNumber + 1);
  }

  /** Arrivals that should have happened until now; undefined when there are none. */
  due(now: Date): { from: number; to: number } | undefined {
    const to = newestArrival(this.#startedAt, now.getTime());
    if (to < this.#nextIndex) return undefined;
    return { from: Math.max(this.#nextIndex, to - MAX_ARRIVALS_AT_ONCE + 1), to };
  }

  produce(from: number, to: number): void {
    const rows: LogRow[] = [];
    for (let index = from; index <= to; index += 1) {
      const isAlone = index === from && from > this.#nextIndex;
      const arrival = liveArrival(this.#company, this.#seed, this.#startedAt, index, isAlone);
      rows.push(...this.#open(arrival).rows);
    }
    this.#nextIndex = to + 1;
    this.#append(rows);
  }

  /** Everyday life up to the end of the day; the later hours are not visible yet. */
  liveUntil(now: Date): void {
    const today = Math.floor(now.getTime() / DAY);
    if (today < this.#nextDay) return;
    this.#nextDay = Math.max(this.#nextDay, today - KEPT_DAYS);
    this.#appendDays(today);
  }

  play(familyName: string, truth: Truth, seed: string, endsAt: Date): number {
    const family = familyOf(familyName);
    const random = createRandom(`${this.#seed}/${this.#company.name}/story/${seed}`);
    const arrivesAt = endsAt.getTime() - 3 * PLAYED_PACE_MS;
    const story = family.tell({ company: this.#company, random, truth, endsAt: arrivesAt });
    const { number, rows } = this.#open({
      story,
      random,
      arrivesAt,
      severity: random.pick(STORY_SEVERITIES),
      paceMs: PLAYED_PACE_MS,
      handling: [],
      isSlow: false,
      truth: { family: familyName, verdict: truth },
    });
    this.#append(rows);
    this.stories.push({ family: familyName, truth, seed, endsAt, incidentNumber: number });
    return number;
  }

  truth(number: number): TruthRecord | undefined {
    const arrival = this.#storied.get(number);
    if (arrival?.truth === undefined) return undefined;
    const { evidence, entities, tactics } = arrival.story;
    return {
      ...arrival.truth,
      entities,
      evidence: evidence.map(({ table, row }) => ({ table, row_hash: rowHash(row) })),
      tactics,
    };
  }

  #open(arrival: Arrival): { number: number; rows: LogRow[] } {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const rows = caseRows(this.#company, { ...arrival, number });
    if (arrival.truth !== undefined) this.#storied.set(number, arrival);
    return { number, rows };
  }

  /** In parts: rows take far more room before they are in the store. */
  #appendDays(last: number): void {
    let rows: LogRow[] = [];
    for (; this.#nextDay <= last; this.#nextDay += 1) {
      for (const row of dayRows(this.#company, this.#seed, this.#nextDay)) rows.push(row);
      if (rows.length < ROWS_AT_ONCE) continue;
      this.#append(rows);
      rows = [];
    }
    this.#append(rows);
  }

  #append(rows: readonly LogRow[]): void {
    const byTable = new Map<string, Row[]>();
    for (const { table, row } of rows) {
      const ofTable = byTable.get(table) ?? [];
      ofTable.push(row);
      byTable.set(table, ofTable);
    }
    for (const [table, ofTable] of byTable) this.tables.append(table, ofTable);
  }
}
