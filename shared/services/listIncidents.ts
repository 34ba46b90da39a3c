/** The incidents queue: filters, search, order, pages by offset or cursor. */
import { z } from "zod";

import { nextTurn } from "../domain/bounded.ts";
import { AppError } from "../domain/errors.ts";
import { isSettled } from "../domain/incidents.ts";
import { csvHead, csvLine } from "../domain/incidentsCsv.ts";
import { summaryOf } from "../domain/incidentViews.ts";
import { before } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import type { Filter } from "../ports/documentStore.ts";
import * as incidents from "../repositories/incidents.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import type { IncidentExport, IncidentList, IncidentQuery } from "../schemas/incidents.ts";
import { Severity } from "../schemas/severity.ts";

type Needs = Pick<Deps, "clock" | "documents">;

const EXPORT_PAGE = 500;
/** Where a page ended, and since when the first page looked: time goes on between two pages. */
const Cursor = z.object({ since: z.iso.datetime(), at: z.string() });

/**
 * One page of the tenant's incidents.
 * @throws AppError `invalid-fields` for a foreign cursor, an unknown provider, or `cursor` together with `offset`.
 */
export async function listIncidents(
  deps: Needs,
  tenantId: string,
  query: IncidentQuery,
): Promise<IncidentList> {
  if (query.cursor !== undefined && query.offset !== undefined) {
    throw invalid("offset", "offset and cursor exclude each other.");
  }
  const position = query.cursor === undefined ? undefined : decoded(query.cursor);
  const since = position?.since ?? before(deps.clock.now(), query.timespan).toISOString();
  const where = [
    { op: "range", field: "last_modified_at", from: since } as const,
    ...filtersOf(query),
    ...(await providerFilter(deps, tenantId, query.provider)),
  ];
  const page = await readPage(deps, tenantId, query, where, position?.at);
  const isAll = page.cursor === undefined && position === undefined && query.offset === undefined;
  return {
    items: await summaries(deps, tenantId, page.items),
    total: isAll ? page.items.length : await incidents.count(deps.documents, tenantId, where),
    limit: query.limit,
    ...(query.offset !== undefined && { offset: query.offset }),
    next_cursor: page.cursor === undefined ? null : encoded({ since, at: page.cursor }),
  };
}

/**
 * What `listIncidents` would refuse, found before anything is done for the request.
 * @throws AppError as `listIncidents` does.
 */
export async function checkListing(
  deps: Needs,
  tenantId: string,
  query: IncidentQuery,
): Promise<void> {
  if (query.cursor !== undefined) await listIncidents(deps, tenantId, { ...query, limit: 1 });
  else await providerFilter(deps, tenantId, query.provider);
}

/**
 * All of the tenant's incidents that match, page by page: nothing is held but the page.
 * @throws AppError `invalid-fields` for an unknown provider, before the first page.
 */
export async function exportIncidents(
  deps: Needs,
  tenantId: string,
  query: IncidentExport,
): Promise<AsyncIterable<string>> {
  const where = [
    {
      op: "range",
      field: "last_modified_at",
      from: before(deps.clock.now(), query.timespan).toISOString(),
    } as const,
    ...filtersOf(query),
    ...(await providerFilter(deps, tenantId, query.provider)),
  ];
  return csvPages(deps, tenantId, query, where);
}

async function* csvPages(
  deps: Needs,
  tenantId: string,
  { sort }: IncidentExport,
  where: Filter[],
): AsyncIterable<string> {
  yield csvHead();
  let cursor: string | undefined;
  do {
    const page = await readPage(deps, tenantId, { sort, limit: EXPORT_PAGE }, where, cursor);
    yield page.items.map(({ record }) => csvLine(record)).join("");
    cursor = page.cursor;
    await nextTurn();
  } while (cursor !== undefined);
}

async function readPage(
  { documents }: Needs,
  tenantId: string,
  { limit, offset, sort }: Pick<IncidentQuery, "limit" | "offset" | "sort">,
  where: Filter[],
  cursor: string | undefined,
) {
  const orderBy = sort.startsWith("-")
    ? ({ field: sort.slice(1), direction: "desc" } as const)
    : ({ field: sort, direction: "asc" } as const);
  try {
    return await incidents.list(documents, tenantId, {
      where,
      orderBy,
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(offset !== undefined && { offset }),
    });
  } catch (error) {
    const isForeign = error instanceof AppError && error.code === "invalid-fields";
    if (cursor === undefined || !isForeign) throw error;
    throw invalid("cursor", "The cursor does not belong to this list.", error);
  }
}

function filtersOf(query: IncidentExport): Filter[] {
  const { severity, status, local_status, assigned_to, tag, q, updated_since } = query;
  return [
    ...(severity === undefined ? [] : [hasEffectiveSeverity(severity)]),
    ...(status === undefined ? [] : [{ op: "in", field: "status", values: status } as const]),
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

async function providerFilter(
  { documents }: Needs,
  tenantId: string,
  name: string | undefined,
): Promise<Filter[]> {
  if (name === undefined) return [];
  const provider = await providers.find(documents, tenantId, name);
  if (provider === undefined) throw invalid("provider", "No such provider.");
  return [{ op: "eq", field: "provider_id", value: provider.id }];
}

async function summaries(
  { clock, documents }: Needs,
  tenantId: string,
  found: readonly incidents.StoredIncident[],
) {
  const ids = [...new Set(found.map(({ record }) => record.provider_id))];
  const states = await Promise.all(ids.map((id) => syncState.read(documents, tenantId, id)));
  const syncedAt = new Map(states.map((state) => [state?.provider_id, state?.last_success_at]));
  const now = clock.now();
  return found.map(({ record }) =>
    summaryOf(record, isSettled(record.sync, syncedAt.get(record.provider_id), now)),
  );
}

const encoded = (cursor: z.infer<typeof Cursor>): string =>
  Buffer.from(JSON.stringify(cursor)).toString("base64url");

function decoded(text: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch (error) {
    throw invalid("cursor", "The cursor does not belong to this list.", error);
  }
}

const invalid = (parameter: string, detail: string, cause?: unknown): AppError =>
  new AppError("invalid-fields", detail, {
    errors: [{ pointer: `/query/${parameter}`, detail }],
    cause,
  });
