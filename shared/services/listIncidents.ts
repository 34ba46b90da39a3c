/** The incidents queue: filters, search, order, pages by offset or cursor. */
import { z } from "zod";

import { nextTurn } from "../domain/bounded.ts";
import { AppError } from "../domain/errors.ts";
import { csvHead, csvLine } from "../domain/incidentsCsv.ts";
import { before } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import type { Filter } from "../ports/documentStore.ts";
import * as incidents from "../repositories/incidents.ts";
import {
  filtersOf,
  invalidParameter,
  providerFilter,
  summaries,
} from "../repositories/incidentsFilter.ts";
import type { IncidentExport, IncidentList, IncidentQuery } from "../schemas/incidents.ts";

type Needs = Pick<Deps, "clock" | "documents">;

const DEFAULT_TIMESPAN = "P7D";
const DEFAULT_SORT = "-last_modified_at";
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
    throw invalidParameter("offset", "offset and cursor exclude each other.");
  }
  const position = query.cursor === undefined ? undefined : decoded(query.cursor);
  const since =
    position?.since ?? before(deps.clock.now(), query.timespan ?? DEFAULT_TIMESPAN).toISOString();
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
      from: before(deps.clock.now(), query.timespan ?? DEFAULT_TIMESPAN).toISOString(),
    } as const,
    ...filtersOf(query),
    ...(await providerFilter(deps, tenantId, query.provider)),
  ];
  return csvPages(deps, tenantId, query, where);
}

async function* csvPages(
  deps: Needs,
  tenantId: string,
  { sort }: Pick<IncidentExport, "sort">,
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
  { limit, offset, sort = DEFAULT_SORT }: Pick<IncidentQuery, "limit" | "offset" | "sort">,
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
    throw invalidParameter("cursor", "The cursor does not belong to this list.", error);
  }
}

const encoded = (cursor: z.infer<typeof Cursor>): string =>
  Buffer.from(JSON.stringify(cursor)).toString("base64url");

function decoded(text: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch (error) {
    throw invalidParameter("cursor", "The cursor does not belong to this list.", error);
  }
}
