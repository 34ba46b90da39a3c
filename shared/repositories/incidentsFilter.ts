/** What the lists of incidents share: filters, lines, and how a parameter is refused. */
import { invalidParameter } from "../domain/errors.ts";
import { isSettled } from "../domain/incidents.ts";
import { summaryOf } from "../domain/incidentViews.ts";
import type { Deps } from "../ports/deps.ts";
import type { Filter } from "../ports/documentStore.ts";
import type { IncidentSummary } from "../schemas/incidents.ts";
import type { IncidentExport } from "../schemas/incidentsRequests.ts";
import { Severity } from "../schemas/severity.ts";
import { count, type StoredIncident } from "./incidents.ts";
import * as providers from "./providers.ts";
import * as syncState from "./syncState.ts";

type Needs = Pick<Deps, "clock" | "documents">;

/** What the query asks of an incident, its times and provider apart. */
export function filtersOf(query: IncidentExport): Filter[] {
  const { severity, status, local_status, assigned_to, tag, q, updated_since } = query;
  return [
    ...(status === undefined ? [] : [{ op: "in", field: "status", values: status } as const]),
    ...(severity === undefined ? [] : [hasEffectiveSeverity(severity)]),
    ...(local_status === undefined
      ? []
      : [{ op: "in", field: "local_status", values: local_status } as const]),
    ...(assigned_to === undefined ? [] : [isAssignedTo(assigned_to)]),
    ...(tag === undefined ? [] : [{ op: "contains", field: "tags", value: tag } as const]),
    ...(q === undefined ? [] : [mentions(q)]),
    ...(updated_since === undefined
      ? []
      : [
          {
            op: "range",
            field: "updated_at",
            from: new Date(updated_since).toISOString(),
          } as const,
        ]),
  ];
}

/** An analyst's severity hides Sentinel's. Asked without `null`, so that the index of the field answers. */
function hasEffectiveSeverity(values: readonly Severity[]): Filter {
  const isOverridden: Filter = { op: "in", field: "local_severity", values: Severity.options };
  return {
    op: "or",
    filters: [
      { op: "in", field: "local_severity", values },
      {
        op: "and",
        filters: [
          { op: "not", filter: isOverridden },
          { op: "in", field: "severity", values },
        ],
      },
    ],
  };
}

const isAssignedTo = (address: string): Filter =>
  address === "none"
    ? { op: "not", filter: { op: "prefix", field: "assigned_to", value: "" } }
    : { op: "eq", field: "assigned_to", value: address };

/** A part of the title, or the incident's number with or without `#`. */
function mentions(text: string): Filter {
  const inTitle: Filter = { op: "text", field: "title", value: text };
  const number = /^#?(\d{1,15})$/.exec(text)?.[1];
  if (number === undefined) return inTitle;
  return { op: "or", filters: [inTitle, { op: "eq", field: "number", value: Number(number) }] };
}

/**
 * What a provider brought over; a deleted one is named by its id as long as there are incidents of it.
 * @throws AppError `invalid-fields` when the tenant has no such provider, nor anything of it.
 */
export async function providerFilter(
  { documents }: Needs,
  tenantId: string,
  name: string | undefined,
): Promise<Filter[]> {
  if (name === undefined) return [];
  const provider = await providers.find(documents, tenantId, name);
  const isOf: Filter = { op: "eq", field: "provider_id", value: provider?.id ?? name };
  if (provider === undefined && (await count(documents, tenantId, [isOf])) === 0)
    throw invalidParameter("provider", "No such provider.");
  return [isOf];
}

/** The lines of a list. */
export async function summaries(
  { clock, documents }: Needs,
  tenantId: string,
  found: readonly StoredIncident[],
): Promise<IncidentSummary[]> {
  const ids = [...new Set(found.map(({ record }) => record.provider_id))];
  const states = await Promise.all(ids.map((id) => syncState.read(documents, tenantId, id)));
  const syncedAt = new Map(states.map((state) => [state?.provider_id, state?.last_success_at]));
  const now = clock.now();
  return found.map(({ record }) =>
    summaryOf(record, isSettled(record.sync, syncedAt.get(record.provider_id), now)),
  );
}
