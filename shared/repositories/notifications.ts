/** Notifications: the tenant's feed by month, and what each reader has read. Container `notifications`. */
import { readerBucket } from "../domain/notificationPreferences.ts";
import type { DocumentStore, Filter } from "../ports/documentStore.ts";
import { JsonObject } from "../schemas/json.ts";
import { FeedRecord, ReadMarks } from "../schemas/notifications.ts";

export interface FeedPage {
  items: FeedRecord[];
  /** `undefined` on the bucket's last page. */
  cursor: string | undefined;
}

const CONTAINER = "notifications";
/** The inbox shows this month and the one before; events go a while after that. */
const FEED_TTL_SECONDS = 100 * 86_400;

/** The partition that holds the events of a time's month. */
export const feedBucket = (time: Date): string => `feed:${time.toISOString().slice(0, 7)}`;

/** The buckets the inbox shows, newest first. */
export function shownBuckets(now: Date): string[] {
  const previous = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  return [feedBucket(now), feedBucket(previous)];
}

/** `conflict` when the event is already in the feed. */
export async function create(
  documents: DocumentStore,
  record: FeedRecord,
): Promise<"done" | "conflict"> {
  return documents.batch(
    CONTAINER,
    [record.tenant_id, record.bucket],
    [
      {
        kind: "create",
        doc: { ...JsonObject.parse(record), id: record.id },
        ttlSeconds: FEED_TTL_SECONDS,
      },
    ],
  );
}

/** The event with an id, in any of the buckets; `undefined` when absent or another tenant's. */
export async function read(
  documents: DocumentStore,
  tenantId: string,
  buckets: readonly string[],
  id: string,
): Promise<FeedRecord | undefined> {
  for (const bucket of buckets) {
    const stored = await documents.read(CONTAINER, [tenantId, bucket], id);
    if (stored !== undefined) return FeedRecord.parse(stored.doc);
  }
  return undefined;
}

/** One page of a bucket, newest first. */
export async function list(
  documents: DocumentStore,
  tenantId: string,
  bucket: string,
  page: {
    limit: number;
    cursor?: string | undefined;
    /** Only these; all when left out. */
    events?: readonly string[] | undefined;
    /** Only events of these severities, and those that have none. */
    severities?: readonly string[] | undefined;
    /** Leaves out what was put into the feed before. */
    after?: string | undefined;
  },
): Promise<FeedPage> {
  const where: Filter[] = [
    { op: "eq", field: "type", value: "notification" },
    ...(page.events === undefined
      ? []
      : [{ op: "in", field: "event", values: page.events } as const]),
    ...(page.severities === undefined ? [] : [ofSeverity(page.severities)]),
    ...(page.after === undefined
      ? []
      : [{ op: "range", field: "created_at", from: page.after } as const]),
  ];
  const found = await documents.query(CONTAINER, {
    partition: [tenantId, bucket],
    where,
    orderBy: { field: "created_at", direction: "desc" },
    limit: page.limit,
    ...(page.cursor !== undefined && { cursor: page.cursor }),
  });
  return { items: found.items.map(({ doc }) => FeedRecord.parse(doc)), cursor: found.cursor };
}

const ofSeverity = (severities: readonly string[]): Filter => ({
  op: "or",
  filters: [
    { op: "exists", field: "severity", exists: false },
    { op: "in", field: "severity", values: severities },
  ],
});

/** What one reader has read; without an etag when nothing was marked yet. */
export async function readMarks(
  documents: DocumentStore,
  tenantId: string,
  readerId: string,
): Promise<{ marks: ReadMarks; etag: string | undefined }> {
  const bucket = readerBucket(readerId);
  const stored = await documents.read(CONTAINER, [tenantId, bucket], "marks");
  if (stored !== undefined) return { marks: ReadMarks.parse(stored.doc), etag: stored.etag };
  const marks: ReadMarks = {
    type: "read-marks",
    id: "marks",
    tenant_id: tenantId,
    bucket,
    read_before: "1970-01-01T00:00:00.000Z",
    ids: {},
  };
  return { marks, etag: undefined };
}

/** `conflict` when the reader's marks are no longer the version with this etag. */
export async function saveMarks(
  documents: DocumentStore,
  marks: ReadMarks,
  etag: string | undefined,
): Promise<"done" | "conflict"> {
  const write =
    etag === undefined
      ? ({ kind: "create", doc: marks } as const)
      : ({ kind: "replace", doc: marks, etag } as const);
  return documents.batch(CONTAINER, [marks.tenant_id, marks.bucket], [write]);
}
