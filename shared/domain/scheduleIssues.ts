/** What stands in the way of a question that is asked again and again, in words that say what to do. */
import type {
  DryRun,
  PlannedQuestion,
  TableCount,
  ValidationIssue,
} from "../schemas/scheduleValidation.ts";

/** Rows that a run may look through before a narrower question is advised. */
const ROWS_WORTH_A_WORD = 20_000_000;
const HOUR_MS = 3_600_000;

export const NO_PROVIDER: ValidationIssue = {
  code: "no-provider",
  severity: "warning",
  message: "No workspace is connected yet, so what the question would read is not known.",
  suggestion: "An administrator can connect one under SIEM providers.",
};

export const unreachable = (provider: string, detail: string): ValidationIssue => ({
  code: "provider-unreachable",
  severity: "warning",
  message: `The workspace of ${provider} does not answer now: ${detail}`,
  suggestion: "Validate again once it answers; a run would fail as long as it does not.",
});

/** What running the questions once showed. @param isTold whether it was said already that the workspace does not answer. */
export function runIssues(
  plan: readonly PlannedQuestion[],
  provider: string,
  isTold: boolean,
): ValidationIssue[] {
  const away = plan.find(({ dry_run }) => dry_run?.state === "failed")?.dry_run?.reason;
  const issues = typeof away === "string" && !isTold ? [unreachable(provider, away)] : [];
  for (const { question, dry_run } of plan) {
    if (dry_run?.state === "timed_out") {
      const message = `“${question}” is slow: ${dry_run.reason ?? "it gave no answer in time."}`;
      const suggestion = "Look over a shorter time, or name fewer things.";
      issues.push({ code: "slow-question", severity: "warning", message, suggestion });
    } else if (dry_run?.state === "refused") {
      const message = `The workspace refuses “${question}”: ${dry_run.reason ?? "it does not say why."}`;
      const suggestion = "An administrator can check the workspace's tables and functions.";
      issues.push({ code: "question-refused", severity: "warning", message, suggestion });
    }
  }
  return issues;
}

export const unknownIncident = (number: number): ValidationIssue => ({
  code: "unknown-incident",
  severity: "error",
  message: `There is no incident ${number} in this workspace: every run would fail.`,
  suggestion: "Name an incident that is there, or leave the number out.",
});

/** @param hasModel whether a model would look where the rules have nothing to ask. */
export function planIssues(plan: readonly PlannedQuestion[], hasModel: boolean): ValidationIssue[] {
  const refused = plan.filter(({ compiles }) => !compiles);
  const issues: ValidationIssue[] = refused.map(({ question, problem }) => ({
    code: "question-refused",
    severity: "warning",
    message: `“${question}” would not be asked: ${problem ?? "the parser does not accept it."}`,
    suggestion: "An administrator can check the workspace's tables and the provider's KQL policy.",
  }));
  if (plan.some(({ is_certain, compiles }) => is_certain && compiles)) return issues;
  const message = hasModel
    ? "The rules find nothing in it to ask about; only the model would look."
    : "The rules find nothing in it to ask about: a run would look at nothing.";
  const suggestion =
    "Name at least one user (as an address), IP address, file hash, or incident such as #12345.";
  issues.push({
    code: "no-questions",
    severity: hasModel ? "warning" : "error",
    message,
    suggestion,
  });
  return issues;
}

export const tableIssues = (tables: readonly TableCount[]): ValidationIssue[] =>
  tables.flatMap(({ table, state }): ValidationIssue[] => {
    if (state === "empty") {
      const message = `${table} had no rows in that time, so finding nothing in it proves nothing.`;
      const suggestion = `Check the data connector that fills ${table}, or look over a longer time.`;
      return [{ code: "empty-table", severity: "warning", message, suggestion }];
    }
    if (state !== "missing") return [];
    const message = `The workspace has no table ${table}: questions about it cannot be answered.`;
    const suggestion = `Connect what fills ${table}, if you have it.`;
    return [{ code: "missing-table", severity: "warning", message, suggestion }];
  });

export function costIssues({ rows, queries, window }: DryRun): ValidationIssue[] {
  if (rows === null || rows < ROWS_WORTH_A_WORD) return [];
  const hours = Math.round((Date.parse(window.to) - Date.parse(window.from)) / HOUR_MS);
  const message = `Each run looks through ${rows.toLocaleString("en")} rows in ${queries} queries over ${hours} hours.`;
  const suggestion = "Look over a shorter time, or name fewer things.";
  return [{ code: "costly", severity: "warning", message, suggestion }];
}
