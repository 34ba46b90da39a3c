/** What has happened in a simulated tenant so far: its rows, the numbers of its incidents, and what is true of them. */
import type { Clock } from "../../shared/ports/clock.ts";
import { BUILT_IN_SCHEMA } from "../../shared/kql/schema.ts";
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
import { DAY, dayRows } from "./noise.ts";
import { createRandom } from "./random.ts";
import { type LogRow, type Row, rowHash } from "./rows/row.ts";
import { FAMILIES } from "./stories/families.ts";
import type { StoryFamily, Truth } from "./stories/story.ts";

export type TenantSize = "small" | "medium" | "large";

export interface StateOptions {
  readonly name: string;
  readonly workspaceId: string;
  readonly azureTenantId: string;
  readonly clock: Clock;
  /** Where tenants that begin alike find what the first of them made; without it each makes its own. */
  readonly beginnings?: Map<string, Beginning>;
}

/** What a seed says until the start. Nobody changes it. */
export interface Beginning {
  readonly company: Company;
  readonly segments: ReturnType<MemoryTables["segments"]>;
  readonly storied: ReadonlyMap<number, Arrival>;
  readonly nextNumber: number;
  readonly nextDay: number;
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

/** @throws RangeError when there is no such family. */
export function familyOf(name: string): StoryFamily {
  const family = FAMILIES.find((one) => one.name === name);
  if (family === undefined)
    throw new RangeError(
      `There is no family ${name}: ${FAMILIES.map((one) => one.name).join(", ")}.`,
    );
  return family;
}

/** Rows, numbers and truths so far. */
export class TenantState {
  readonly tables: MemoryTables;
  readonly ingestion: Ingestion;
  readonly stories: PlayedStory[] = [];
  readonly #storied: Map<number, Arrival>;
  readonly #company: Company;
  readonly #seed: string;
  readonly #startedAt: number;
  #nextNumber: number;
  #nextIndex = 0;
  #nextDay: number;

  constructor(options: StateOptions, start: { at: number; seed: string; size: TenantSize }) {
    this.ingestion = createIngestion(
      (table, rows) => this.tables.append(table, rows),
      () => options.clock.now(),
    );
    const { users, past } = SIZES[start.size];
    const key = JSON.stringify([options.name, options.workspaceId, options.azureTenantId, start]);
    const known = options.beginnings?.get(key);
    this.tables = createMemoryTables(BUILT_IN_SCHEMA, known?.segments);
    this.#storied = new Map(known?.storied);
    this.#nextNumber = known?.nextNumber ?? FIRST_NUMBER;
    this.#company = known?.company ?? createCompany(options, start.seed, users);
    this.#seed = start.seed;
    this.#startedAt = start.at;
    this.#nextDay = known?.nextDay ?? Math.floor(start.at / DAY) - HISTORY_DAYS;
    if (known !== undefined) return;
    this.#begin(past);
    options.beginnings?.set(key, {
      company: this.#company,
      segments: new Map(this.tables.segments()),
      storied: new Map(this.#storied),
      nextNumber: this.#nextNumber,
      nextDay: this.#nextDay,
    });
  }

  /** The incidents and the everyday life before the start. */
  #begin(past: number): void {
    const arrivals = pastArrivals(this.#company, this.#seed, this.#startedAt, past);
    this.#append(arrivals.flatMap((arrival) => this.#open(arrival).rows));
    this.#appendDays(Math.floor(this.#startedAt / DAY));
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
