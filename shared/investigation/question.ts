/** The shape of the investigator's product data: questions, what their answers mean, what they are worth. */
import type { EntityType } from "../schemas/incidents.ts";
import type { Json } from "../schemas/json.ts";
import type { Claim, Persona, Verdict } from "../schemas/sessions.ts";

export const FAMILIES = [
  "signin_attack",
  "phishing",
  "malware_host",
  "suspicious_process",
  "lateral_movement",
  "data_exfiltration",
  "persistence_cloud",
] as const;
export type Family = (typeof FAMILIES)[number];

/** Lists of values that questions take; each reaches KQL as a typed constant named with a leading `_`. */
export const PARAMETERS = [
  "users",
  "userIds",
  "ips",
  "hosts",
  "domains",
  "urls",
  "mailIds",
  "senders",
  "hashes",
  "files",
  "commands",
  "accounts",
  /** Ids of applications and of their service principals. */
  "apps",
  /** Only of applications of which no id is known. */
  "appNames",
  "alertIds",
] as const;
export type Parameter = (typeof PARAMETERS)[number];

/** Names of the constants that narrow a condition down; they hold what was asked, and nothing that was learned since. */
export const ASKED_PARAMETERS = [
  "askedUsers",
  "askedNames",
  "askedIps",
  "askedHosts",
  "askedFiles",
  "askedHashes",
  "askedDomains",
] as const;

/**
 * The stretch of time a question looks at, between the constants `_base`, `_start` and `_end`: `before` is what is usual,
 * `activity` is under suspicion.
 */
export type Stretch = "before" | "activity" | "all";

/** Holds for a row when the cell compares so. Texts compare without regard to case; `at_least` takes numbers. */
export type Condition =
  | { column: string; is: readonly Json[] }
  | { column: string; isNot: readonly Json[] }
  | { column: string; at_least: number }
  | { column: string; has: readonly string[] };

/** What a row of the answer, or the number of such rows, lets us say. */
export interface Finding {
  /** The same in every run; scoring names it. */
  id: string;
  kind: Exclude<Claim["kind"], "absence">;
  /** One sentence; `{Column}` is replaced by the row's cell, `{count}` by the number. No digits of its own. */
  text: string;
  /** All must hold for the row. */
  when?: readonly Condition[];
  isKey?: boolean;
  /** Most rows that are made into claims; default 3. */
  max?: number;
  /** Column whose time puts the claim on the timeline. */
  at?: string;
  /** Column of a one-row answer that holds the number which the claim counts. */
  counted?: string;
  /** Columns whose values are entities of the report. */
  entities?: Readonly<Record<string, EntityType>>;
  /** Tells of the background: what is usual or harmless is an entity of the report only when the alerts name it, too. */
  isContext?: boolean;
}

/** What an empty answer lets us say, once the tables are known to have had rows. */
export interface Absence {
  id: string;
  text: string;
  isKey?: boolean;
}

export interface Question {
  id: string;
  /** `condition`: asked only for the condition of the person's own question. */
  family: Family | "common" | "condition";
  question: string;
  /** Constants are put before it by code; nothing is ever put into it. */
  kql: string;
  tables: readonly string[];
  stretch: Stretch;
  /** Asked only when at least one of these lists has a value; none: of every incident, for it asks of the incident itself. */
  needs: readonly Parameter[];
  /**
   * Values of the answer that later questions take, rarest first. With `ifNone` only when the alerts named no value of
   * the kind: what they suspect is not widened by whatever else happened to the same people.
   */
  learns?: readonly {
    column: string;
    as: Parameter;
    when?: readonly Condition[];
    ifNone?: boolean;
  }[];
  /** A row makes one claim: that of the first finding it fits. */
  findings: readonly Finding[];
  none?: Absence;
  /** Whether its answer could turn the verdict: named when it could not be had. */
  decides?: boolean;
}

/** Whether its answer says what is usual: then it says little where the logs do not reach back. */
export const comparesWithBefore = ({ kql }: Pick<Question, "kql">): boolean =>
  kql.includes("(_base .. _start)");

const beforeOf = (question: Question): Stretch[] =>
  comparesWithBefore(question) ? ["before"] : [];

/** Every stretch of time in which an answer to the question needs to know that no rows are missing. */
export const countedStretches = (question: Question): Stretch[] => [
  ...new Set([question.stretch, ...beforeOf(question)]),
];

/**
 * In which stretches the tables of an answer with so many rows are counted: of a condition always, because a small
 * number is as much in doubt as none at all where rows may be missing.
 */
export const stretchesToProve = (question: Question, rows: number): Stretch[] =>
  (rows === 0 || question.family === "condition") && question.none !== undefined
    ? countedStretches(question)
    : beforeOf(question);

/** A named reason for or against, worth points toward one verdict; it counts once when any of its findings is proved. */
export interface Reason {
  id: string;
  toward: Exclude<Verdict, "undetermined">;
  points: number;
  findings: readonly string[];
  /** Counts only when one of these is proved as well. */
  also?: readonly string[];
  /** Counts only when none of these is proved. */
  unless?: readonly string[];
  /** Why, in the words of an analyst; follows "because". */
  text: string;
}

export interface Action {
  verdict: Verdict;
  family: Family | "any";
  /** Only for these readers; everybody when left out. */
  personas?: readonly Persona[];
  /** Only when one of these findings was proved, and about what they name; always when left out. */
  because?: readonly string[];
  /** `{account}`, `{host}` and `{ip}` are replaced by those that the findings name. */
  text: string;
  priority: "now" | "soon" | "later";
}
