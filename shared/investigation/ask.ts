/** Asks one question: constants, analysis, policy, then the workspace. Nothing runs that was not analysed. */
import { presenceQuery } from "../domain/absence.ts";
import { AppError } from "../domain/errors.ts";
import { rowHash } from "../domain/claims.ts";
import {
  type KqlConstant,
  kqlConstants,
  kqlDatetime,
  kqlDynamic,
  kqlLong,
} from "../kql/constants.ts";
import type { Deps } from "../ports/deps.ts";
import type { AskedCondition } from "../schemas/conditions.ts";
import type { TimeRange, WorkspaceSchema } from "../schemas/kql.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { Evidence } from "../schemas/sessions.ts";
import { ASKED_PARAMETERS, PARAMETERS, type Stretch } from "./question.ts";
import type { InvestigationState, Known } from "./state.ts";

/** Rows of one answer that are kept as evidence. */
const ROWS_MAX = 500;
const TIMEOUT_MS = 30_000;

export interface Asking {
  deps: Pick<Deps, "clock" | "kql"> & { siem: Pick<Deps["siem"], "query"> };
  provider: SiemProvider;
  schema: WorkspaceSchema;
  timespan: TimeRange;
  /** The usual half minute when left out. */
  timeoutMs?: number;
}

export interface Ask {
  evidenceId: string;
  question: string;
  kql: string;
}

/**
 * Not run (`refused`: by the parser or the policy; `unknown`: by the workspace, which lacks what the built-in schema
 * has), run without an answer (`failed`; `waitSeconds` when the workspace asked to wait), or answered.
 */
export type Answer =
  | { kind: "refused" | "unknown"; kql: string; reason: string }
  | {
      kind: "failed";
      kql: string;
      error: { code: string; detail: string };
      waitSeconds: number | undefined;
    }
  | { kind: "answered"; evidence: Evidence };

/** @throws whatever is neither a refusal nor a failure of the workspace: the slice is then run again. */
export async function ask(asking: Asking, { evidenceId, question, kql }: Ask): Promise<Answer> {
  const { deps, provider, timespan, timeoutMs = TIMEOUT_MS } = asking;
  const refusal = await refusalOf(asking, kql);
  if (refusal !== undefined) return { kind: "refused", kql, reason: refusal };
  const startedAt = deps.clock.now().toISOString();
  try {
    const result = await deps.siem.query(provider, {
      kql,
      timespan,
      maxRows: ROWS_MAX,
      timeoutMs,
    });
    const { columns, rows, truncated, duration_ms, partial_error } = result;
    const evidence: Evidence = {
      id: evidenceId,
      question,
      kql,
      started_at: startedAt,
      ended_at: deps.clock.now().toISOString(),
      timespan,
      columns,
      rows: rows.map((values) => ({ hash: rowHash(columns, values), values })),
      row_count: rows.length,
      truncated,
      statistics: { duration_ms, ...(partial_error !== undefined && { partial_error }) },
    };
    return { kind: "answered", evidence };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, detail, retryAfterSeconds: waitSeconds } = error;
    if (code === "kql-refused") return { kind: "unknown", kql, reason: detail };
    if (code !== "siem-unavailable" && code !== "query-timeout") throw error;
    return { kind: "failed", kql, error: { code, detail }, waitSeconds };
  }
}

async function refusalOf(asking: Asking, kql: string): Promise<string | undefined> {
  const { deps, provider, schema } = asking;
  try {
    const { ok, diagnostics, policy } = await deps.kql.analyse(kql, schema, provider.kql_policy);
    if (policy[0] !== undefined) return policy[0].message;
    if (ok) return undefined;
    const first = diagnostics.find(({ severity }) => severity === "error");
    return first?.message ?? "The parser does not accept the query.";
  } catch (error) {
    if (error instanceof AppError && error.code === "kql-refused") return error.detail;
    throw error;
  }
}

/** The query with the constants it uses in front; values are never put into its text. */
export function withConstants(
  kql: string,
  { known, window, condition }: Pick<InvestigationState, "condition" | "known" | "window">,
  incidentNumber: number | undefined,
): string {
  const all: Constants = {
    _base: kqlDatetime(new Date(window.base)),
    _start: kqlDatetime(new Date(window.start)),
    _end: kqlDatetime(new Date(window.end)),
    _incident: kqlLong(incidentNumber ?? -1),
    ...listConstants(known),
    ...askedConstants(condition?.subject),
  };
  const used = Object.entries(all).filter(([name]) => new RegExp(`\\b${name}\\b`).test(kql));
  return kqlConstants(Object.fromEntries(used)) + kql;
}

type Constants = Record<string, KqlConstant>;

function askedConstants(subject: AskedCondition["subject"] | undefined): Constants {
  const users = subject?.users ?? [];
  const lists: Readonly<Record<(typeof ASKED_PARAMETERS)[number], readonly string[]>> = {
    askedUsers: users,
    askedNames: users.flatMap((name) => [name, name.split("@")[0] ?? name]),
    askedIps: subject?.ips ?? [],
    askedHosts: subject?.hosts ?? [],
    askedFiles: subject?.files ?? [],
    askedHashes: subject?.hashes ?? [],
    askedDomains: subject?.domains ?? [],
  };
  return Object.fromEntries(
    ASKED_PARAMETERS.map((name) => [`_${name}`, kqlDynamic([...lists[name]])]),
  );
}

const listConstants = (known: Known): Constants =>
  Object.fromEntries(PARAMETERS.map((name) => [`_${name}`, kqlDynamic(known[name])]));

/** The query that shows whether a table can prove an absence in a stretch of time: see `domain/absence`. */
export function tableCount(
  table: string,
  stretch: Stretch,
  columns: readonly string[],
  state: Pick<InvestigationState, "known" | "window">,
): Ask {
  return {
    evidenceId: tableEvidenceId(table, stretch),
    question: `Did ${table} have rows in that time?`,
    kql: withConstants(presenceQuery(table, columns, BOUNDS[stretch]), state, undefined),
  };
}

const BOUNDS: Readonly<Record<Stretch, { from: string; start: string; end: string }>> = {
  before: { from: "_base", start: "_base", end: "_start" },
  activity: { from: "_base", start: "_start", end: "_end" },
  all: { from: "_base", start: "_base", end: "_end" },
};

export const questionEvidenceId = (questionId: string): string => `ev_${questionId}`;

export const tableEvidenceId = (table: string, stretch: Stretch): string =>
  `ev_rows_${table}_${stretch}`;
