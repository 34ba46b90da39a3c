/** What is wrong with a value, in words for whoever sent it; a schema's own message goes before these. */
import type { z } from "zod";

type Issue = z.core.$ZodRawIssue;

/** An error map for `safeParse`; `undefined` leaves the issue to the library's own words. */
export function issueWords(issue: Issue): string | undefined {
  if (issue.code === "invalid_type") return typeWords(issue);
  if (issue.code === "too_big") return sizeWords(issue, `at most ${issue.maximum}`);
  if (issue.code === "too_small") return smallWords(issue);
  if (issue.code === "invalid_value") return choiceWords(issue.values);
  if (issue.code === "invalid_format") return FORMATS[issue.format];
  if (issue.code === "invalid_union") return "This matches none of the accepted forms.";
  return undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: "Give a time in UTC such as 2026-01-31T08:00:00Z.",
  duration: "Give an ISO 8601 duration such as P7D or PT24H.",
  email: "Give an e-mail address.",
};

function typeWords({ expected, input }: Extract<Issue, { code: "invalid_type" }>): string {
  const wanted = TYPES[expected] ?? expected;
  return input === undefined ? `This is missing: give ${wanted}.` : `This must be ${wanted}.`;
}

function smallWords(issue: Extract<Issue, { code: "too_small" }>): string {
  const isEmpty = issue.minimum === 1 && (issue.origin === "string" || issue.origin === "array");
  return isEmpty ? "This must not be empty." : sizeWords(issue, `at least ${issue.minimum}`);
}

function sizeWords({ origin }: { origin: string }, limit: string): string {
  if (origin === "string") return `This must have ${limit} characters.`;
  if (origin === "array" || origin === "set") return `This must have ${limit} entries.`;
  return `This must be ${limit}.`;
}

const choiceWords = (values: readonly unknown[]): string =>
  values.length === 1
    ? `This must be ${String(values[0])}.`
    : `Choose one of ${values.join(", ")}.`;
