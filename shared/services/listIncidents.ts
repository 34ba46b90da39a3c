/** The incidents queue: filters, search, order, pages by offset or cursor. */
import { z } from "zod";

import { nextTurn } from "../domain/bounded.ts";
import { AppError, foreignCursor, invalidParameter } from "../domain/errors.ts";
import { csvHead, csvLine } from "../domain/incidentsCsv.ts";
import { before } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import type { Filter, Query } from "../ports/documentStore.ts";
import { listLines } from "../repositories/incidentLines.ts";
import * as incidents from "../repositories/incidents.ts";
import { filtersOf, providerFilter } from "../repositories/incidentsFilter.ts";
import type { IncidentList } from "../schemas/incidents.ts";
import type { IncidentExport, IncidentQuery } from "../schemas/incidentsRequests.ts";

type Needs = Pick<Deps, "clock" | "documents">;

const DEFAULT_TIMESPAN = "P7D";
const DEFAULT_SORT = "-last_modified_at";
const EXPORT_PAGE = 500;
/** Where a page ended, and since when the first page looked: time goes on between two pages. */
const Cursor = z.object({ since: z.iso.datetime(), at: z.string() });

/** A page, and its items once more as they are sent: each was checked and written when its version was first listed. */
interface ListedPage {
  list: IncidentList;
  lines: string[];
}

/**
 * One page of the tenant's incidents.
 * @throws AppError `invalid-fields` for a foreign cursor, an unknown provider, or `cursor` together with `offset`.
 */
export async function listIncidents(
  deps: Needs,
  tenantId: string,
  query: IncidentQuery,
): Promise<ListedPage> {
  if (query.cursor !== undefined && query.offset !== undefined) {
    throw bothPositions();
  }
  const position = query.cursor === undefined ? undefined : decoded(query.cursor);
  const since = position?.since ?? sinceOf(deps, query);
  const where = await whereOf(deps, tenantId, query, since);
  const { items, cursor } = await refusingForeign(position?.at, () =>
    listLines(deps, tenantId, pageQuery(query, where, position?.at)),
  );
  const isAll = cursor === undefined && position === undefined && query.offset === undefined;
  const list = {
    items: items.map(({ summary }) => summary),
    total: isAll ? items.length : await incidents.count(deps.documents, tenantId, where),
    limit: query.limit,
    ...(query.offset !== undefined && { offset: query.offset }),
    next_cursor: cursor === undefined ? null : encoded({ since, at: cursor }),
  };
  return { list, lines: items.map(({ json }) => json) };
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
  const { cursor } = query;
  if (cursor === undefined) {
    await providerFilter(deps, tenantId, query.provider);
    return;
  }
  if (query.offset !== undefined) throw bothPositions();
  const { since, at } = decoded(cursor);
  const where = await whereOf(deps, tenantId, query, since);
  const first = pageQuery({ ...query, limit: 1 }, where, at);
  await refusingForeign(at, () => incidents.page(deps.documents, tenantId, first));
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
  const where = await whereOf(deps, tenantId, query, sinceOf(deps, query));
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
    const asked = pageQuery({ sort, limit: EXPORT_PAGE }, where, cursor);
    const page = await incidents.list(deps.documents, tenantId, asked);
    yield page.items.map(({ record }) => csvLine(record)).join("");
    cursor = page.cursor;
    await nextTurn();
  } while (cursor !== undefined);
}

const sinceOf = ({ clock }: Needs, { timespan = DEFAULT_TIMESPAN }: IncidentExport): string =>
  before(clock.now(), timespan).toISOString();

const whereOf = async (
  deps: Needs,
  tenantId: string,
  query: IncidentExport,
  since: string,
): Promise<Filter[]> => [
  { op: "range", field: "last_modified_at", from: since },
  ...filtersOf(query),
  ...(await providerFilter(deps, tenantId, query.provider)),
];

function pageQuery(
  { limit, offset, sort = DEFAULT_SORT }: Pick<IncidentQuery, "limit" | "offset" | "sort">,
  where: readonly Filter[],
  cursor: string | undefined,
): Query {
  const direction = sort.startsWith("-") ? "desc" : "asc";
  return {
    where,
    orderBy: { field: sort.replace(/^-/, ""), direction },
    limit,
    ...(cursor !== undefined && { cursor }),
    ...(offset !== undefined && { offset }),
  };
}

/** A cursor that is none of this query's is the caller's mistake. */
async function refusingForeign<Result>(
  cursor: string | undefined,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    const isForeign = error instanceof AppError && error.code === "invalid-fields";
    if (cursor === undefined || !isForeign) throw error;
    throw foreignCursor(error);
  }
}

const bothPositions = (): AppError =>
  invalidParameter("offset", "offset and cursor exclude each other.");

const encoded = (cursor: z.infer<typeof Cursor>): string =>
  Buffer.from(JSON.stringify(cursor)).toString("base64url");

function decoded(text: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch (error) {
    throw foreignCursor(error);
  }
}
