/** Says whether a question is fit for a schedule: its words, its plan, whether the queries compile, what they would read. */
import { forEachBounded } from "../domain/bounded.ts";
import { conditionIn, conditionText } from "../domain/conditions.ts";
import { AppError } from "../domain/errors.ts";
import {
  costIssues,
  NO_PROVIDER,
  planIssues,
  runIssues,
  tableIssues,
  unknownIncident,
  unreachable,
} from "../domain/scheduleIssues.ts";
import { isSpecific, type Specificity, specificityOf } from "../domain/scheduleSpecificity.ts";
import { incidentNumberIn } from "../domain/sessions.ts";
import { sessionRange, windowOf } from "../domain/sessionsWindow.ts";
import { before, plusMs } from "../domain/time.ts";
import { timeScopeIn } from "../domain/timeScope.ts";
import { ask, tableCount } from "../investigation/ask.ts";
import { dryRun } from "../investigation/dryRun.ts";
import { modelRewrite } from "../investigation/modelRewrite.ts";
import { previewInvestigation, type PreviewedQuestion } from "../investigation/preview.ts";
import { readSubject, type Subject } from "../investigation/subject.ts";
import { BUILT_IN_SCHEMA, withBuiltIn } from "../kql/schema.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import { readEnrichment } from "../repositories/incidentsEnrichment.ts";
import * as models from "../repositories/models.ts";
import * as providers from "../repositories/providers.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { TimeRange, WorkspaceSchema } from "../schemas/kql.ts";
import type { Principal } from "../schemas/principal.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type {
  DryRun,
  ModelRewrite,
  PlannedQuestion,
  TableCount,
  ValidateScheduleBody,
  ValidateScheduleReply,
  ValidationIssue,
} from "../schemas/scheduleValidation.ts";

type Needs = Pick<Deps, "blobs" | "clock" | "documents" | "kql" | "model" | "settings" | "siem">;

const COMPILED_AT_ONCE = 4;
/** A workspace lets one caller run few queries at once. */
const COUNTED_AT_ONCE = 3;
/** Somebody waits at a form: what is not counted by then stays unknown, in milliseconds. */
const COUNTING_MS = 10_000;

/** Everything that the steps of one validation share. */
interface Question {
  deps: Needs;
  provider: SiemProvider;
  schema: WorkspaceSchema;
  timespan: TimeRange;
}

/**
 * Works without a model; one that is set up may offer a better question. Nothing is stored.
 * @throws AppError `invalid-fields` when the provider is not the tenant's.
 */
export async function validateSchedule(
  deps: Needs,
  { tenant_id }: Principal,
  body: ValidateScheduleBody,
): Promise<ValidateScheduleReply> {
  const words = specificityOf(body.query, body.persona);
  const provider = await providerOf(deps, tenant_id, body.provider);
  const model = await models.find(deps, tenant_id, undefined);
  const [looked, better] = await Promise.all([
    provider === undefined ? NOTHING_TO_LOOK_AT : lookAt(deps, provider, body, model !== undefined),
    model === undefined || body.quick ? undefined : rewrittenBy(deps, model, body, words),
  ]);
  const { parts, score, rewritten } = words;
  const reading = conditionIn(body.query);
  const issues = [...words.issues, ...looked.issues];
  const valid = isSpecific({ score, issues });
  const { plan, dry_run } = looked;
  return {
    valid,
    score,
    parts,
    issues,
    rewritten,
    condition: reading.kind === "asked" ? conditionText(reading.condition) : null,
    model_rewrite: better ?? null,
    plan,
    dry_run,
  };
}

/** Nothing is asked of a model about a question that lacks nothing. */
async function rewrittenBy(
  { model, settings }: Needs,
  record: ModelRecord,
  { query, persona }: ValidateScheduleBody,
  { issues }: Specificity,
): Promise<ModelRewrite | undefined> {
  if (issues.length === 0) return undefined;
  const missing = issues.map(({ message }) => message);
  return await modelRewrite(model, record, settings.models.budget, { query, persona, missing });
}

type Look = Pick<ValidateScheduleReply, "issues" | "plan" | "dry_run">;

const NOTHING_TO_LOOK_AT: Look = { plan: [], dry_run: null, issues: [NO_PROVIDER] };

async function lookAt(
  deps: Needs,
  provider: SiemProvider,
  { query, quick }: ValidateScheduleBody,
  hasModel: boolean,
): Promise<Look> {
  const now = deps.clock.now();
  const { tenant_id } = provider;
  const number = incidentNumberIn(query);
  const incident = await incidentOf(deps, tenant_id, provider, number);
  const timespan = sessionRange(now, incident, lookbackOf(query, now));
  const { schema, issues } = await schemaOf(deps, provider);
  const isAway = issues.length > 0;
  const subject = await subjectOf(deps, provider, { query, timespan, incident });
  const { questions, state } = previewInvestigation(subject, windowOf(timespan, incident), now);
  const of: Question = { deps, provider, schema, timespan };
  const plan = await compiled(of, questions);
  const tables = await counted(of, questions, state);
  if (!quick) await tryOut(of, plan, tables);
  const dry_run: DryRun = {
    window: timespan,
    tables,
    queries: plan.length,
    rows: rowsRead(plan, tables),
    duration_ms: deps.clock.now().getTime() - now.getTime(),
  };
  if (number !== undefined && incident === undefined) issues.push(unknownIncident(number));
  issues.push(...planIssues(plan, hasModel), ...tableIssues(tables), ...costIssues(dry_run));
  issues.push(...runIssues(plan, provider.name, isAway));
  return { plan, dry_run, issues };
}

async function providerOf(
  { documents }: Needs,
  tenantId: string,
  name: string,
): Promise<SiemProvider | undefined> {
  const provider = await providers.find(documents, tenantId, name);
  if (provider !== undefined || name === "sentinel") return provider;
  const errors = [{ pointer: "/provider", detail: "There is no provider of this name or id." }];
  throw new AppError("invalid-fields", "The body is not valid.", { errors });
}

async function incidentOf(
  { documents }: Needs,
  tenantId: string,
  provider: SiemProvider,
  number: number | undefined,
): Promise<IncidentRecord | undefined> {
  if (number === undefined) return undefined;
  const found = await incidents.withNumber(documents, tenantId, number);
  const own = found.find(({ record }) => record.provider_id === provider.id);
  return (own ?? (found.length === 1 ? found[0] : undefined))?.record;
}

/** The question's own stretch of time; `undefined` for the usual one. */
function lookbackOf(query: string, now: Date): number | undefined {
  const scope = timeScopeIn(query);
  return scope === undefined ? undefined : now.getTime() - before(now, scope).getTime();
}

async function schemaOf(
  { siem }: Needs,
  provider: SiemProvider,
): Promise<{ schema: WorkspaceSchema; issues: ValidationIssue[] }> {
  try {
    return { schema: withBuiltIn(await siem.schema(provider)), issues: [] };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { schema: BUILT_IN_SCHEMA, issues: [unreachable(provider.name, error.detail)] };
  }
}

async function subjectOf(
  deps: Needs,
  provider: SiemProvider,
  of: { query: string; timespan: TimeRange; incident: IncidentRecord | undefined },
): Promise<Subject> {
  const { tenant_id, incident_key: key } = of.incident ?? {};
  const enriched =
    tenant_id === undefined || key === undefined
      ? undefined
      : await readEnrichment(deps, tenant_id, key);
  return readSubject(deps.siem, { ...of, provider, enrichment: enriched?.record });
}

async function compiled(
  { deps, provider, schema }: Question,
  questions: readonly PreviewedQuestion[],
): Promise<PlannedQuestion[]> {
  const plan = questions.map(({ question, kql, isCertain }): PlannedQuestion => ({
    question: question.question,
    tables: [...question.tables],
    kql,
    is_certain: isCertain,
    compiles: true,
    dry_run: null,
  }));
  await forEachBounded(plan, COMPILED_AT_ONCE, async (one) => {
    const problem = await problemOf(deps, one.kql, schema, provider);
    if (problem !== undefined) Object.assign(one, { compiles: false, problem });
  });
  return plan;
}

async function problemOf(
  { kql }: Needs,
  text: string,
  schema: WorkspaceSchema,
  provider: SiemProvider,
): Promise<string | undefined> {
  try {
    const { diagnostics, policy } = await kql.analyse(text, schema, provider.kql_policy);
    const refusal = policy[0] ?? diagnostics.find(({ severity }) => severity === "error");
    return refusal?.message;
  } catch (error) {
    if (error instanceof AppError && error.code === "kql-refused") return error.detail;
    throw error;
  }
}

/** Notes with each question what it would give now. */
async function tryOut(
  of: Question,
  plan: readonly PlannedQuestion[],
  tables: readonly TableCount[],
): Promise<void> {
  const empty = new Set(
    tables.flatMap(({ table, state }) => (state === "empty" || state === "missing" ? [table] : [])),
  );
  const questions = plan.map(({ is_certain: isCertain, ...rest }) => ({ ...rest, isCertain }));
  const runs = await dryRun(of, questions, (table) => empty.has(table));
  for (const [i, one] of plan.entries()) one.dry_run = runs[i] ?? null;
}

async function counted(
  of: Question,
  questions: readonly PreviewedQuestion[],
  state: Parameters<typeof tableCount>[3],
): Promise<TableCount[]> {
  const names = [...new Set(questions.flatMap(({ question }) => question.tables))].toSorted();
  const found = new Map<string, TableCount>();
  const until = plusMs(of.deps.clock.now(), COUNTING_MS);
  await forEachBounded(names, COUNTED_AT_ONCE, async (table) => {
    const isLate = of.deps.clock.now() >= until;
    const unknown: TableCount = { table, state: "unknown", rows: null };
    found.set(table, isLate ? unknown : await countOf(of, table, state));
  });
  return names.flatMap((name) => found.get(name) ?? []);
}

async function countOf(
  of: Question,
  table: string,
  state: Parameters<typeof tableCount>[3],
): Promise<TableCount> {
  if (of.schema[table] === undefined) return { table, state: "missing", rows: null };
  const answer = await ask(of, tableCount(table, "activity", [], state));
  if (answer.kind === "unknown") return { table, state: "missing", rows: null };
  const rows = answer.kind === "answered" ? answer.evidence.rows[0]?.values[0] : undefined;
  if (typeof rows !== "number") return { table, state: "unknown", rows: null };
  return { table, state: rows === 0 ? "empty" : "rows", rows };
}

function rowsRead(plan: readonly PlannedQuestion[], tables: readonly TableCount[]): number | null {
  const rows = new Map(tables.map((one) => [one.table, one.rows]));
  if (![...rows.values()].some((count) => count !== null)) return null;
  const read = plan.flatMap((question) => question.tables.map((table) => rows.get(table) ?? 0));
  return read.reduce((sum, count) => sum + count, 0);
}
