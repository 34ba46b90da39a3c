/**
 * Counts of the same filters are asked again and again with a lower bound of time that moves on, e.g. "the last 30 days".
 * While nothing was written, only what lies between the two bounds needs counting: few rows instead of all that match.
 */
import type { ContainerName } from "../../ports/containers.ts";
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
  readonly #version: (container: ContainerName) => string;

  /** @param version changes with every write to the container. */
  constructor(version: (container: ContainerName) => string) {
    this.#version = version;
  }

  /** What `count` would answer for the query, with as little counting as possible. Not for documents that expire. */
  of(container: ContainerName, query: Counted, count: (query: Counted) => number): number {
    const { where = [] } = query;
    const bound = where.find(isOpenRange);
    if (bound === undefined) return count(query);
    const others = where.filter((filter) => filter !== bound);
    const key = JSON.stringify([container, query.partition, bound.field, others]);
    const version = this.#version(container);
    const known = this.#known.get(key);
    const between = (from: string, to: string): number =>
      from === to ? 0 : count(within(query, others, { field: bound.field, from, to }));
    let total: number;
    if (known?.version !== version) total = count(query);
    else if (known.from <= bound.from) total = known.total - between(known.from, bound.from);
    // Requests that are on the way together need not come in the order of their times.
    else total = known.total + between(bound.from, known.from);
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

/** Documents from one bound on that are before the other. */
function within(
  query: Counted,
  others: readonly Filter[],
  { field, from, to }: { field: string; from: string; to: string },
): Counted {
  const atEnd: Filter = { op: "eq", field, value: to };
  const where: Filter[] = [
    { op: "range", field, from, to },
    { op: "not", filter: atEnd },
    ...others,
  ];
  return { ...query, where };
}
