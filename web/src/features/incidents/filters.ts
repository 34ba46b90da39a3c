/** Filters of the queue: read from the page's address, written to it, and turned into an API query. */
import type { IncidentStatus } from "../../../../shared/schemas/incidents.ts";
import type { Severity } from "../../../../shared/schemas/severity.ts";
import { SEVERITIES } from "../../components/Severity.tsx";

export const STATUSES: readonly IncidentStatus[] = ["new", "active", "closed"];

export const TIMESPANS = [
  { value: "P1D", word: "24 hours" },
  { value: "P7D", word: "7 days" },
  { value: "P30D", word: "30 days" },
  { value: "P90D", word: "90 days" },
] as const;
type Timespan = (typeof TIMESPANS)[number]["value"];
/** What the API takes when none is given. */
export const DEFAULT_TIMESPAN: Timespan = "P7D";

export const OWNERS = [
  { value: "me", word: "Me" },
  { value: "none", word: "Nobody" },
] as const;
type OwnerFilter = (typeof OWNERS)[number]["value"];

export const SORTS = [
  { value: "-last_modified_at", word: "Last changed" },
  { value: "-created_at", word: "Newest" },
  { value: "created_at", word: "Oldest" },
] as const;
type Sort = (typeof SORTS)[number]["value"];

/** An absent field filters nothing. */
export interface QueueFilters {
  severity?: Severity[] | undefined;
  status?: IncidentStatus[] | undefined;
  timespan?: Timespan | undefined;
  owner?: OwnerFilter | undefined;
  q?: string | undefined;
  sort?: Sort | undefined;
}

/** Reads what it knows from the address and drops the rest, so that an edited address never breaks the page. */
export function filtersOf(search: Record<string, unknown>): QueueFilters {
  return {
    severity: some(SEVERITIES, search["severity"]),
    status: some(STATUSES, search["status"]),
    timespan: one(valuesOf(TIMESPANS), search["timespan"]),
    owner: one(valuesOf(OWNERS), search["owner"]),
    q:
      typeof search["q"] === "string" && search["q"] !== "" ? search["q"].slice(0, 200) : undefined,
    sort: one(valuesOf(SORTS), search["sort"]),
  };
}

/** Query of GET /api/v1/incidents. `me` is the reader's address; without one, "me" filters nothing. */
export function apiQueryOf(filters: QueueFilters, me: string | undefined): URLSearchParams {
  const query = new URLSearchParams({ limit: "100" });
  for (const severity of filters.severity ?? []) query.append("severity", severity);
  for (const status of filters.status ?? []) query.append("status", status);
  query.set("timespan", filters.timespan ?? DEFAULT_TIMESPAN);
  const owner = filters.owner === "me" ? me : filters.owner;
  if (owner !== undefined) query.set("assigned_to", owner);
  const text = filters.q?.trim();
  if (text !== undefined && text !== "") query.set("q", text);
  if (filters.sort !== undefined) query.set("sort", filters.sort);
  return query;
}

/** True when anything narrows the list beyond its default week. */
export const isFiltering = (filters: QueueFilters): boolean =>
  [filters.severity, filters.status, filters.owner, filters.q].some((value) => value !== undefined);

/** The list with `value` put in or taken out; absent when nothing is left. */
export function toggled<T>(list: readonly T[] | undefined, value: T): T[] | undefined {
  const rest = (list ?? []).filter((each) => each !== value);
  if (rest.length === (list ?? []).length) rest.push(value);
  return rest.length === 0 ? undefined : rest;
}

const valuesOf = <T extends string>(options: readonly { value: T }[]): T[] =>
  options.map((option) => option.value);

const one = <T extends string>(known: readonly T[], value: unknown): T | undefined =>
  known.find((each) => each === value);

function some<T extends string>(known: readonly T[], value: unknown): T[] | undefined {
  const given: unknown[] = Array.isArray(value) ? value : [value];
  const found = known.filter((each) => given.includes(each));
  return found.length === 0 ? undefined : found;
}
