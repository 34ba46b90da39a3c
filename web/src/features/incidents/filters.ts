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

export const SORTS = [
  { value: "-last_modified_at", word: "Last changed" },
  { value: "last_modified_at", word: "Longest unchanged" },
  { value: "-created_at", word: "Newest" },
  { value: "created_at", word: "Oldest" },
  { value: "-number", word: "Highest number" },
  { value: "number", word: "Lowest number" },
] as const;
type Sort = (typeof SORTS)[number]["value"];

/** An absent field filters nothing. */
export interface QueueFilters {
  severity?: Severity[] | undefined;
  status?: IncidentStatus[] | undefined;
  timespan?: Timespan | undefined;
  /** `me`, `none` or an address. */
  owner?: string | undefined;
  /** Id of a provider. */
  provider?: string | undefined;
  tag?: string | undefined;
  q?: string | undefined;
  sort?: Sort | undefined;
  /** Id of the incident that the preview shows; filters nothing. */
  row?: string | undefined;
}

/** Of a part of the page that shows filters and changes them. */
export interface FilterProps {
  filters: QueueFilters;
  onFilters: (filters: QueueFilters) => void;
}

/** Reads what it knows from the address and drops the rest, so that an edited address never breaks the page. */
export function filtersOf(search: Record<string, unknown>): QueueFilters {
  return {
    severity: some(SEVERITIES, search["severity"]),
    status: some(STATUSES, search["status"]),
    timespan: one(valuesOf(TIMESPANS), search["timespan"]),
    owner: ownerOf(search["owner"]),
    provider: text(search["provider"], 200),
    tag: text(search["tag"], 64),
    q: text(search["q"], 200),
    sort: one(valuesOf(SORTS), search["sort"]),
    row: text(search["row"], 300),
  };
}

/** Query of GET /api/v1/incidents. `me` is the reader's address; without one, "me" filters nothing. */
export function apiQueryOf(filters: QueueFilters, me: string | undefined): URLSearchParams {
  const query = new URLSearchParams({ limit: "100" });
  for (const severity of filters.severity ?? []) query.append("severity", severity);
  for (const status of filters.status ?? []) query.append("status", status);
  query.set("timespan", filters.timespan ?? DEFAULT_TIMESPAN);
  const given = {
    assigned_to: filters.owner === "me" ? me : filters.owner,
    provider: filters.provider,
    tag: filters.tag?.trim(),
    q: filters.q?.trim(),
    sort: filters.sort,
  };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && value !== "") query.set(name, value);
  }
  return query;
}

/** True when anything narrows the list beyond its time range. */
export const isFiltering = (filters: QueueFilters): boolean =>
  [filters.severity, filters.status, filters.owner, filters.provider, filters.tag, filters.q].some(
    (value) => value !== undefined,
  );

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

const text = (value: unknown, lengthMax: number): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(0, lengthMax) : undefined;

function ownerOf(value: unknown): string | undefined {
  const known = one(valuesOf(OWNERS), value);
  return known ?? (text(value, 320)?.includes("@") === true ? text(value, 320) : undefined);
}

function some<T extends string>(known: readonly T[], value: unknown): T[] | undefined {
  const given: unknown[] = Array.isArray(value) ? value : [value];
  const found = known.filter((each) => given.includes(each));
  return found.length === 0 ? undefined : found;
}
