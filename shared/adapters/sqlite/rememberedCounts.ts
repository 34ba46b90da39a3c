/**
 * Counts of the same filters are asked again and again with a lower bound of time that moves on, e.g. "the last 30 days".
 * While nothing was written, only what the bound has passed since needs counting: few rows instead of all that match.
 */
import type { Filter, Query } from "../../ports/documentStore.ts";

export type Counted = Pick<Query, "partition" | "where">;
type OpenRange = { op: "range"; field: string; from: string };

interface Remembered {
  from: string;
  version: string;
  total: number;
}

/** Filters that people use at a time are few; the oldest goes first. */
const REMEMBERED_MAX = 100;

export class RememberedCounts {
  readonly #known = new Map<string, Remembered>();
  readonly #version: () => string;

  /** @param version changes with every write. */
  constructor(version: () => string) {
    this.#version = version;
  }

  /** What `count` would answer for the query, with as little counting as possible. Not for documents that expire. */
  of(container: string, query: Counted, count: (query: Counted) => number): number {
    const { where = [] } = query;
    const bound = where.find(isOpenRange);
    if (bound === undefined) return count(query);
    const others = where.filter((filter) => filter !== bound);
    const key = JSON.stringify([container, query.partition, bound.field, others]);
    const version = this.#version();
    const known = this.#known.get(key);
    let total: number;
    if (known?.version === version && known.from <= bound.from) {
      total =
        known.total - (known.from === bound.from ? 0 : count(passed(query, others, known, bound)));
    } else {
      total = count(query);
    }
    this.#known.delete(key);
    this.#known.set(key, { from: bound.from, version, total });
    if (this.#known.size > REMEMBERED_MAX) this.#forgetOldest();
    return total;
  }

  #forgetOldest(): void {
    for (const key of this.#known.keys()) {
      this.#known.delete(key);
      return;
    }
  }
}

/** Only texts: they have one order here and in SQLite as long as they are ISO times, i.e. ASCII. */
const isOpenRange = (filter: Filter): filter is OpenRange =>
  filter.op === "range" &&
  filter.to === undefined &&
  typeof filter.from === "string" &&
  /^[\x20-\x7e]*$/.test(filter.from);

/** Documents from the old bound on that are before the new one. */
function passed(
  query: Counted,
  others: readonly Filter[],
  old: Remembered,
  now: OpenRange,
): Counted {
  const { field } = now;
  const between: Filter = { op: "range", field, from: old.from, to: now.from };
  const atBound: Filter = { op: "eq", field, value: now.from };
  return { ...query, where: [between, { op: "not", filter: atBound }, ...others] };
}
