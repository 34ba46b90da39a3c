/** The way from a change to the tables: what somebody writes can be queried only after Log Analytics has taken it in. */
import { type Row, rowHash } from "./rows/row.ts";

/** Azure Monitor's documentation names 20 seconds to 3 minutes as usual; the demo stays at the quick end. */
const DELAY_MIN_MS = 15_000;
const DELAY_SPREAD_MS = 45_000;

export interface Ingestion {
  take(table: string, rows: readonly Row[]): void;
  /** Rows taken that no query finds yet, in the order they came. */
  underway(table: string): readonly Row[];
  /** Appends what has arrived by now. */
  settle(): void;
}

interface Underway {
  readonly table: string;
  readonly row: Row;
  readonly arrivesAt: number;
}

export function createIngestion(
  append: (table: string, rows: readonly Row[]) => unknown,
  now: () => Date,
): Ingestion {
  let waiting: Underway[] = [];
  return {
    take: (table, rows) => {
      for (const row of rows) waiting.push({ table, row, arrivesAt: arrivalOf(row) });
    },
    underway: (table) => waiting.filter((one) => one.table === table).map(({ row }) => row),
    settle: () => {
      if (waiting.length === 0) return;
      const time = now().getTime();
      for (const { table, row, arrivesAt } of waiting) if (arrivesAt <= time) append(table, [row]);
      waiting = waiting.filter(({ arrivesAt }) => arrivesAt > time);
    },
  };
}

/** Each row takes its own time, the same in every run. */
function arrivalOf(row: Row): number {
  const share = Number.parseInt(rowHash(row).slice(0, 6), 16) / 0xffffff;
  const at = typeof row["TimeGenerated"] === "string" ? Date.parse(row["TimeGenerated"]) : 0;
  return at + DELAY_MIN_MS + Math.round(share * DELAY_SPREAD_MS);
}
