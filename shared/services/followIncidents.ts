/** The changes of incidents since a time, oldest first, for whoever polls: each change once, none missed. */
import { AppError, foreignCursor } from "../domain/errors.ts";
import {
  after,
  GIVEN_MAX,
  settledStretch,
  stillToMeet,
  versionHash,
} from "../domain/incidentsFeed.ts";
import { before } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import type { Filter } from "../ports/documentStore.ts";
import * as incidents from "../repositories/incidents.ts";
import { keepGiven, readGiven } from "../repositories/incidentsFeed.ts";
import { filtersOf, providerFilter, summaries } from "../repositories/incidentsFilter.ts";
import type { IncidentList } from "../schemas/incidents.ts";
import type { IncidentQuery } from "../schemas/incidentsRequests.ts";
import { FeedCursor, type GivenChanges } from "../schemas/incidentsFeed.ts";

type Needs = Pick<Deps, "clock" | "documents">;

const ORDER = { field: "updated_at", direction: "asc" } as const;
/** Read at a time where what was given is passed over. */
const YOUNG_PAGE = 200;

/** One reader on the way through a page. */
interface Reading {
  tenantId: string;
  where: Filter[];
  limit: number;
  items: incidents.StoredIncident[];
  given: GivenChanges;
  at: string;
  to: string | undefined;
  page: string | undefined;
  modifiedSince: string | undefined;
}

/** Whether a query follows changes: it names a time and no order or offset, or it goes on where such a one was. */
export const followsChanges = ({ cursor, updated_since, sort, offset }: IncidentQuery): boolean =>
  sort === undefined &&
  offset === undefined &&
  (cursor === undefined ? updated_since !== undefined : cursorOf(cursor) !== undefined);

/**
 * The next changes. `next_cursor` is null when there is none left for now; `changes_cursor` then goes on from here,
 * whenever that is.
 * @throws AppError `invalid-fields` for an unknown provider or a cursor of something else.
 */
export async function followIncidents(
  deps: Needs,
  tenantId: string,
  query: IncidentQuery,
): Promise<IncidentList> {
  const reading = await begin(deps, tenantId, query);
  try {
    await readSettled(deps, reading);
    const isMore = reading.to !== undefined || (await readYoung(deps, reading));
    const cursor = await encoded(deps, reading);
    return {
      items: await summaries(deps, tenantId, reading.items),
      limit: query.limit,
      next_cursor: isMore ? cursor : null,
      changes_cursor: cursor,
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "invalid-fields") throw error;
    throw foreignCursor(error);
  }
}

async function begin(deps: Needs, tenantId: string, query: IncidentQuery): Promise<Reading> {
  const { cursor, updated_since, timespan, limit } = query;
  const position = cursor === undefined ? undefined : cursorOf(cursor);
  const since =
    timespan === undefined ? undefined : before(deps.clock.now(), timespan).toISOString();
  const modifiedSince = position === undefined ? since : position.modified_since;
  const where: Filter[] = [
    ...filtersOf({ ...query, updated_since: undefined }),
    ...(await providerFilter(deps, tenantId, query.provider)),
    ...(modifiedSince === undefined
      ? []
      : [{ op: "range", field: "last_modified_at", from: modifiedSince } as const]),
  ];
  return {
    tenantId,
    where,
    limit,
    items: [],
    given: position === undefined ? {} : await readGiven(deps.documents, tenantId, position),
    at: position?.at ?? new Date(updated_since ?? 0).toISOString(),
    to: position?.to,
    page: position?.page,
    modifiedSince,
  };
}

/** What nothing joins any more: page by page in the store's own order. */
async function readSettled({ clock, documents }: Needs, reading: Reading): Promise<void> {
  reading.to ??= settledStretch(reading.at, clock.now());
  while (reading.to !== undefined && reading.items.length < reading.limit) {
    const { at, to, page } = reading;
    const found = await incidents.list(documents, reading.tenantId, {
      where: [{ op: "range", field: "updated_at", from: at, to }, ...reading.where],
      orderBy: ORDER,
      limit: reading.limit - reading.items.length,
      ...(page !== undefined && { cursor: page }),
    });
    reading.items.push(...found.items.filter(({ record }) => !isGiven(reading, record)));
    reading.page = found.cursor;
    if (found.cursor !== undefined) continue;
    reading.at = after(to);
    reading.to = undefined;
    reading.given = stillToMeet(reading.given, reading.at);
  }
}

/** What others may still join: read from its beginning each time, less what was given. @returns whether more is there. */
async function readYoung({ documents }: Needs, reading: Reading): Promise<boolean> {
  let cursor: string | undefined;
  do {
    const found = await incidents.list(documents, reading.tenantId, {
      where: [{ op: "range", field: "updated_at", from: reading.at }, ...reading.where],
      orderBy: ORDER,
      limit: YOUNG_PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    for (const one of found.items) {
      if (isGiven(reading, one.record)) continue;
      if (reading.items.length === reading.limit) return true;
      if (Object.keys(reading.given).length >= GIVEN_MAX) return false;
      reading.items.push(one);
      reading.given[versionHash(one.record)] = one.record.updated_at;
    }
    cursor = found.cursor;
  } while (cursor !== undefined);
  return false;
}

const isGiven = ({ given }: Reading, record: Parameters<typeof versionHash>[0]): boolean =>
  Object.hasOwn(given, versionHash(record));

async function encoded({ documents }: Needs, reading: Reading): Promise<string> {
  const { tenantId, given, at, to, page, modifiedSince } = reading;
  const cursor: FeedCursor = {
    at,
    ...(await keepGiven(documents, tenantId, given)),
    ...(to !== undefined && { to }),
    ...(page !== undefined && { page }),
    ...(modifiedSince !== undefined && { modified_since: modifiedSince }),
  };
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** `undefined` when it is a cursor of another kind, or none. */
function cursorOf(text: string): FeedCursor | undefined {
  try {
    return FeedCursor.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  } catch {
    return undefined;
  }
}
