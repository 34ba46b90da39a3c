/** Rows that nobody here made, served as a tenant's folder: the started product syncs, enriches and investigates them. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { brokenProof, ended } from "../product/investigation.ts";
import { Product } from "../product/product.ts";

const DATA = path.resolve(import.meta.dirname, "../../../shared/data/sentinel");
const TABLES = ["SecurityIncident", "SecurityAlert", "SigninLogs"];
/** Half an hour after the newest of the recorded rows. */
const CLOCK_START = "2024-07-18T09:00:00Z";
const ANALYST = "analyst@contoso.example";

const isPresent = TABLES.every((table) => existsSync(recorded(table)));
if (!isPresent) console.log("Recorded Sentinel rows are absent: the recorded tenant is skipped.");

function recorded(table: string): string {
  return path.join(DATA, `${table}.rows.jsonl`);
}

const IncidentRow = z.looseObject({
  IncidentNumber: z.int(),
  Title: z.string(),
  Severity: z.string(),
  Status: z.string(),
  LastModifiedTime: z.string(),
  AlertIds: z.array(z.string()),
});
const AlertRow = z.looseObject({
  SystemAlertId: z.string(),
  TimeGenerated: z.string(),
  Entities: z.string(),
});
const Listed = z.looseObject({
  number: z.int(),
  title: z.string(),
  severity: z.string(),
  status: z.string(),
  alert_ids: z.array(z.string()),
});
const Enriched = z.object({
  alerts: z.array(z.object({ id: z.string(), entity_ids: z.array(z.string()) })),
  entities: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      sources: z.array(z.object({ alert_id: z.string(), path: z.string() })).min(1),
    }),
  ),
});

const rowsOf = <Row>(table: string, shape: z.ZodType<Row>): Row[] =>
  readFileSync(recorded(table), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => shape.parse(JSON.parse(line)));

/** The newest row of each id, as Sentinel means its tables to be read. */
function newest<Row>(rows: Row[], idOf: (row: Row) => string, timeOf: (row: Row) => string): Row[] {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const known = found.get(idOf(row));
    if (known === undefined || timeOf(known) < timeOf(row)) found.set(idOf(row), row);
  }
  return [...found.values()];
}

const incidentRows = () =>
  newest(
    rowsOf("SecurityIncident", IncidentRow),
    (row) => String(row.IncidentNumber),
    (row) => row.LastModifiedTime,
  );
const alertRows = () =>
  newest(
    rowsOf("SecurityAlert", AlertRow),
    (row) => row.SystemAlertId,
    (row) => row.TimeGenerated,
  );

/** Folder with the layout of TENANT_DIR. */
function tenantDir(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "socmate-recorded-"));
  mkdirSync(path.join(folder, "tables"));
  for (const table of TABLES)
    copyFileSync(recorded(table), path.join(folder, "tables", `${table}.jsonl`));
  return folder;
}

let product: Product | undefined;
const started = (): Product => {
  if (product === undefined) throw new Error("The product has not started.");
  return product;
};

beforeAll(async () => {
  if (isPresent) product = await Product.start({ TENANT_DIR: tenantDir(), CLOCK_START });
});
afterAll(async () => {
  await product?.stop();
});

// What a workspace of real rows holds must be on the analyst's list, nothing more and nothing less.
test.runIf(isPresent)(
  "every recorded incident is synchronised as its newest row says",
  async () => {
    const run = await started().ask(undefined, "POST", "/local/timers/sync-incidents");
    expect(run).toMatchObject({ outcome: "succeeded" });
    const reply = await started().ask(ANALYST, "GET", "/api/v1/incidents?timespan=P60D&limit=100");
    const listed = z.array(Listed).parse(reply["items"]);
    const shown = listed.map((one) => [one.number, one.title, one.severity, one.status]);
    const recordedOnes = incidentRows().map((row) => [
      row.IncidentNumber,
      row.Title,
      row.Severity.toLowerCase(),
      row.Status.toLowerCase(),
    ]);
    expect(shown.toSorted(byNumber)).toEqual(recordedOnes.toSorted(byNumber));
  },
);

const byNumber = (a: unknown[], b: unknown[]) => Number(a[0]) - Number(b[0]);

/** The incident whose alerts are recorded and refer to each other's entities the most. */
function mostNested(): { number: number; alertIds: string[]; references: number } {
  const alerts = new Map(alertRows().map((row) => [row.SystemAlertId, row]));
  const found = incidentRows().map((row) => {
    const alertIds = row.AlertIds.filter((id) => alerts.has(id));
    const texts = alertIds.map((id) => alerts.get(id)?.Entities ?? "");
    const references = texts.join("").split('"$ref"').length - 1;
    return { number: row.IncidentNumber, alertIds, references };
  });
  const [most] = found.toSorted((a, b) => b.references - a.references);
  if (most === undefined) throw new Error("Nothing was recorded.");
  return most;
}

test.runIf(isPresent)(
  "the incident with the most nested entities is enriched with all its alerts",
  async () => {
    const { number, alertIds, references } = mostNested();
    expect(references).toBeGreaterThan(10);
    const reply = await started().ask(ANALYST, "POST", `/api/v1/incidents/${number}/enrich`);
    const { alerts, entities } = Enriched.parse(reply);
    expect(alerts.map(({ id }) => id).toSorted()).toEqual(alertIds.toSorted());
    const ids = new Set(entities.map(({ id }) => id));
    expect(alerts.flatMap(({ entity_ids }) => entity_ids).filter((id) => !ids.has(id))).toEqual([]);
    const nested = entities.filter(({ sources }) =>
      sources.some((source) => source.path.split(/[./]/).filter(Boolean).length > 2),
    );
    expect(nested.length).toBeGreaterThan(0);
    expect(new Set(entities.map(({ type }) => type)).size).toBeGreaterThan(2);
  },
);

test.runIf(isPresent)(
  "it is investigated to its end: a typed verdict, every claim proven by rows",
  async () => {
    const { number } = mostNested();
    const query = `Investigate incident #${number}`;
    const start = "/api/v1/investigations/start";
    const reply = await started().ask(ANALYST, "POST", start, { query });
    const session = await ended(started(), ANALYST, z.string().parse(reply["session_id"]));
    expect(session).toMatchObject({ status: "completed", driver: "rules" });
    expect(session.report).toMatchObject({
      verdict: expect.stringMatching(/^(true|benign|false)_positive$|^undetermined$/),
      confidence: expect.any(Number),
    });
    expect(session.report?.claims.length).toBeGreaterThan(0);
    expect(session.report?.claims.map(({ check }) => check)).not.toContain("struck");
    expect(await brokenProof(started(), ANALYST, session)).toEqual([]);
  },
);
