/**
 * Similar incidents on SQLite in the worst case that its bounds allow: twenty entities that many incidents mention, and a
 * title that all of them have. 100,000 stored against 10,000: the time must not grow with what is stored.
 */
import path from "node:path";
import { performance } from "node:perf_hooks";

import { CONTOSO } from "../../local/demoTenants.ts";
import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import { entityNode, FOLLOWED_MAX, titleNode } from "../../shared/domain/incidentsSimilar.ts";
import type { DocumentStore } from "../../shared/ports/documentStore.ts";
import * as incidents from "../../shared/repositories/incidents.ts";
import { saveEnrichment } from "../../shared/repositories/incidentsEnrichment.ts";
import * as mentions from "../../shared/repositories/incidentsMentions.ts";
import { similar } from "../../shared/repositories/incidentsRelated.ts";
import type { IncidentEntity } from "../../shared/schemas/incidents.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { freshDataDir } from "../product/product.ts";
import { report } from "./child.ts";
import { storeIncidents } from "./storedIncidents.ts";

const COUNT = Number(process.argv[2] ?? 100_000);
const ASKED = 200;
const NOW = new Date("2026-11-01T12:00:00Z");
/** Each is mentioned by more incidents than are counted. */
const MENTIONS_EACH = 80;

const small = await measured(COUNT / 10);
const large = await measured(COUNT);
report({ ...large, large_over_small: Number((large.p95_ms / small.p95_ms).toFixed(2)) });

async function measured(count: number) {
  const dataDir = freshDataDir();
  await storeIncidents(dataDir, { count, days: 20, now: NOW });
  const database = openDatabase(path.join(dataDir, "socmate.sqlite"));
  database.exec("PRAGMA synchronous = OFF");
  const base = testDeps();
  const documents = createSqliteDocumentStore(database, base.clock);
  const asked = await mention(documents, count);
  const counted = counting(documents);
  const deps = { ...base, documents: counted.documents };
  const times: number[] = [];
  const [queries, reads]: [number[], number[]] = [[], []];
  for (const stored of asked) {
    counted.start();
    const started = performance.now();
    const { items } = await similar(deps, stored);
    times.push(performance.now() - started);
    if (items.length === 0) throw new Error(`Nothing resembles ${stored.record.number}.`);
    queries.push(counted.queries());
    reads.push(counted.reads());
  }
  await documents.close();
  times.sort((a, b) => a - b);
  return {
    incidents: count,
    p50_ms: round(times[Math.floor(times.length * 0.5)]),
    p95_ms: round(times[Math.floor(times.length * 0.95)]),
    queries_max: Math.max(...queries),
    reads_max: Math.max(...reads),
  };
}

/** Lets every incident mention its title and an entity, and those that are asked about as many as are followed. */
async function mention(
  documents: DocumentStore,
  count: number,
): Promise<incidents.StoredIncident[]> {
  const entities = Math.floor(count / MENTIONS_EACH);
  const every = Math.floor(count / ASKED);
  const deps = { ...testDeps(), documents };
  const asked: incidents.StoredIncident[] = [];
  let cursor: string | undefined;
  let seen = 0;
  do {
    const more = { limit: 500, ...(cursor !== undefined && { cursor }) };
    const orderBy = { field: "number", direction: "asc" } as const;
    const page = await incidents.list(documents, CONTOSO.tenantId, { orderBy, ...more });
    for (const { record, etag } of page.items) {
      const isAsked = seen % every === 0;
      const named = Array.from({ length: isAsked ? FOLLOWED_MAX : 1 }, (_, i) =>
        entity((seen + i * 7) % entities),
      );
      const nodes = [titleNode(record.title), ...named.map(({ id }) => entityNode(id))];
      for (const node of nodes) await mentions.add(documents, node, record);
      seen += 1;
      if (!isAsked) continue;
      const { tenant_id, incident_key } = record;
      const history = { changes: [], newest: null };
      const found = { alerts: [], entities: named, missing_alert_ids: [], history };
      const of = { type: "enrichment", id: "enrichment", tenant_id, incident_key } as const;
      const enrichment = { ...of, enriched_at: NOW.toISOString(), ...found };
      await saveEnrichment(deps, enrichment, undefined, { etag, set: {} }, []);
      asked.push({ record, etag });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return asked;
}

function entity(n: number): IncidentEntity {
  const value = `user${n}@contoso.example`;
  const id = `account:${value}`;
  return {
    id,
    type: "account",
    value,
    aliases: [],
    strong: true,
    private: false,
    sources: [],
    alias_sources: [],
  };
}

function counting(documents: DocumentStore) {
  let [queries, reads] = [0, 0];
  const counted: DocumentStore = {
    read: (...call) => ((reads += 1), documents.read(...call)),
    query: (...call) => ((queries += 1), documents.query(...call)),
    count: (...call) => documents.count(...call),
    batch: (...call) => documents.batch(...call),
    close: () => documents.close(),
  };
  return {
    documents: counted,
    start: () => void ([queries, reads] = [0, 0]),
    queries: () => queries,
    reads: () => reads,
  };
}

function round(ms = Number.NaN): number {
  return Number(ms.toFixed(1));
}
