/**
 * Reads the measurable condition of a question. Strict on purpose: every word of its clause must be understood, because
 * a report that answers another question than the one that was asked is worse than one that answers none.
 */
import {
  type AskedCondition,
  CONDITION_SUBJECTS,
  type ConditionSubject,
} from "../schemas/conditions.ts";
import { type Comparison, comparisonsIn, comparisonText } from "./comparisons.ts";
import { CLOSE, COUNTED_KINDS, type CountedKind, countedKindOf, OPEN } from "./countedKinds.ts";
import { type NamedValue, withoutValues } from "./namedValues.ts";
import { timeScopeIn, withoutTimeScopes } from "./timeScope.ts";

/** `unread`: it has a condition that no report answers. */
export type Reading =
  | { kind: "none" }
  | { kind: "unread"; reason: string }
  | { kind: "asked"; condition: AskedCondition };

const MARK = new RegExp(`${OPEN}\\d_(\\d+)${CLOSE}`, "gu");
const marked = (kind: ConditionSubject, at: number): string =>
  `${OPEN}${CONDITION_SUBJECTS.indexOf(kind)}_${at}${CLOSE}`;

const LEAD_IN =
  /(?:,?\s*\b(?:and\s+)?(?:report|alert|notify|tell|warn|flag|inform)(?:\s+(?:it|me|us))?\s+(?:only\s+)?(?:when|if|whether)\b|\b(?:check|verify|see|find out|determine)\s+(?:if|whether)\b)/gi;
const SENTENCE_END = /[.?!;\n]+(?=\s|$)|:(?=\s)/u;
const RECURRING =
  /\b(?:every|each)\s+(?:morning|evening|night|day|week|month|hour)\b|\b(?:daily|weekly|monthly|hourly|nightly)\b/gi;
/** Kinds of people and machines that no log names as such. */
const GROUP =
  /\b(?:privileged|admin(?:istrator)?s?|service|guests?|external|vips?|executives?|break-?glass|finance|disabled|dormant|domain controllers?|service principals?|departments?|teams?)\b/i;

/** A word that says what kind of thing the value behind it is. */
const BEFORE_VALUE = new RegExp(
  String.raw`\b(?:(?:of|for|by|from|to|on|at|in|with|as|through|via|named|called)\s+)?(?:the\s+)?(?:(?:users?|accounts?|mailbox(?:es)?|hosts?|devices?|machines?|servers?|computers?|workstations?|address(?:es)?|ips?|ip address(?:es)?|files?|programs?|process|hash(?:es)?|domains?|senders?|recipients?)\s+)?(?=${OPEN})`,
  "giu",
);
const BETWEEN_VALUES = new RegExp(
  String.raw`${CLOSE}\s*(?:,|\band\b|\bor\b|,\s*(?:and|or))\s*(?=${OPEN})`,
  "giu",
);
/** Words without a meaning of their own here; a question that begins with one of the first asks whether there is any. */
const ASKING = /^\s*(?:did|do|does|was|were|is|are|has|have|had)\b/i;
const FILLER =
  /\b(?:did|do|does|was|were|is|are|be|been|being|has|have|had|there|the|an?|of|for|by|from|to|on|at|in|it|its|we|triage|please|the number of|number|count|total|times?|happen(?:ed|s)?|occur(?:red|s)?|seen|found|logged|recorded|c[oa]me|coming|observed|made)\b/gi;
const ANY = /\b(any|no|zero)\b/gi;

/** The condition that a question asks for. */
export function conditionIn(query: string): Reading {
  const scopes = withoutTimeScopes(query);
  const { text, values } = withoutValues(scopes.text, marked);
  const plain = text.replaceAll(RECURRING, " ").replaceAll(/#\d{1,9}\b/g, " ");
  const { clause, context } = clauseOf(plain);
  const thresholds = comparisonsIn(plain.replaceAll(MARK, (mark) => " ".repeat(mark.length)));
  const asked = thresholds[0] ?? existenceIn(clause);
  if (asked === undefined) return { kind: "none" };
  if (thresholds.length > 1) {
    return unread(
      "it has more than one threshold, and a report answers one question with yes or no",
    );
  }
  if (scopes.scopes > 1 || (scopes.scopes === 1 && timeScopeIn(query) === undefined)) {
    return unread("it does not name one stretch of time of at most 90 days");
  }
  const read = counted(clause.replace(asked.words, " "), values);
  if (typeof read === "string") return thresholds.length === 0 ? { kind: "none" } : unread(read);
  const subject = subjectOf(read.values, valuesIn(context, values), read.kind);
  if (typeof subject === "string") return unread(subject);
  const isUnbound = Object.values(subject).every((list) => list.length === 0);
  if (isUnbound && GROUP.test(context)) return unread("it is about a group that no log names");
  const { comparison, count } = asked;
  return { kind: "asked", condition: { comparison, count, counted: read.kind.id, subject } };
}

const unread = (reason: string): Reading => ({ kind: "unread", reason });

/** The part of the text that has the condition, and the rest. */
function clauseOf(text: string): { clause: string; context: string } {
  const parts = text.split(SENTENCE_END).flatMap((part) => part.split(LEAD_IN));
  const at = parts.findIndex((part) => comparisonsIn(part).length > 0);
  const asking = at === -1 ? parts.findIndex((part) => existenceIn(part) !== undefined) : at;
  const chosen = asking === -1 ? 0 : asking;
  return {
    clause: parts[chosen] ?? "",
    context: parts.filter((_, i) => i !== chosen).join(" . "),
  };
}

type Asked = Pick<Comparison, "comparison" | "count" | "words">;

/** "Were there any …", "no …", or a question that is answered with yes by one of them. */
function existenceIn(clause: string): Asked | undefined {
  const words = [...clause.matchAll(ANY)].map(([word]) => word);
  const [word = ""] = words;
  if (words.length > 1) return undefined;
  if (/^(?:no|zero)$/i.test(word)) return { comparison: "exactly", count: 0, words: word };
  if (word === "" && !ASKING.test(clause)) return undefined;
  return { comparison: "at_least", count: 1, words: word };
}

interface Counted {
  kind: CountedKind;
  values: NamedValue[];
}

/** What a clause counts, by all of its words; a text says why it is not understood. */
function counted(clause: string, known: readonly NamedValue[]): Counted | string {
  const values = valuesIn(clause, known);
  const joined = clause.match(BETWEEN_VALUES) ?? [];
  const kindsOf = new Set(values.map((one) => one.kind));
  if (joined.length > 0 && kindsOf.size > 1) {
    return "it joins names of different kinds, so it is not clear whether both must fit";
  }
  const candidates = COUNTED_KINDS.filter(
    ({ named, not }) =>
      named.every((one) => clause.search(one) !== -1) &&
      (not === undefined || clause.search(not) === -1),
  );
  const [first] = candidates;
  if (first === undefined) return "it does not name something that the logs have a row for each of";
  const fitting = candidates.find(
    (one) => leftOver(clause, one) === undefined && takes(one, kindsOf),
  );
  if (fitting !== undefined) return { kind: fitting, values };
  const stray = leftOver(clause, first);
  return stray === undefined
    ? `${first.many} are not logged with such names`
    : `“${stray}” is not something that can be counted by`;
}

/** A machine of a domain is written like a domain. */
const takes = ({ by }: CountedKind, kinds: ReadonlySet<ConditionSubject>): boolean =>
  [...kinds].every((one) => by.includes(one) || (one === "domains" && by.includes("hosts")));

/** The first word that neither names what is counted nor whom it is about. */
function leftOver(clause: string, { named, plain, table }: CountedKind): string | undefined {
  let rest = clause
    .replaceAll(BETWEEN_VALUES, CLOSE)
    .replaceAll(BEFORE_VALUE, " ")
    .replaceAll(MARK, " ");
  for (const pattern of [...named, ...(plain === undefined ? [] : [plain])]) {
    rest = rest.replaceAll(pattern, " ");
  }
  rest = rest.replaceAll(new RegExp(String.raw`\b${table}\b`, "g"), " ").replaceAll(FILLER, " ");
  return /[\p{L}\p{N}%$€][\p{L}\p{N}'’-]*/u.exec(rest)?.[0];
}

const valuesIn = (text: string, known: readonly NamedValue[]): NamedValue[] =>
  [...text.matchAll(MARK)].flatMap(([, at]) => known[Number(at)] ?? []);

/** Names of the clause itself come before those of the sentences around it. */
function subjectOf(
  own: readonly NamedValue[],
  around: readonly NamedValue[],
  { by, many }: CountedKind,
): AskedCondition["subject"] | string {
  const all = around.some(
    ({ kind }) => !by.includes(kind) && !(kind === "domains" && by.includes("hosts")),
  );
  if (all) return `${many} are not logged with all the names that it has`;
  const listOf = (from: readonly NamedValue[], one: ConditionSubject): string[] => [
    ...new Set(from.filter((value) => subjectKind(value, by) === one).map(({ value }) => value)),
  ];
  const list = (one: ConditionSubject): string[] => {
    const named = listOf(own, one);
    return named.length > 0 ? named : listOf(around, one);
  };
  return subjectFrom(list);
}

const subjectKind = ({ kind }: NamedValue, by: CountedKind["by"]): ConditionSubject =>
  kind === "domains" && !by.includes("domains") ? "hosts" : kind;

export const subjectFrom = (
  list: (one: ConditionSubject) => string[],
): AskedCondition["subject"] => ({
  users: list("users"),
  ips: list("ips"),
  hosts: list("hosts"),
  files: list("files"),
  hashes: list("hashes"),
  domains: list("domains"),
});

const PREPOSITION: Readonly<Record<ConditionSubject, string>> = {
  users: "of",
  files: "with",
  hashes: "with",
  hosts: "on",
  ips: "from",
  domains: "from",
};

const prepositionOf = (id: string, one: ConditionSubject): string =>
  one === "users" ? (countedKindOf(id)?.to ?? "of") : PREPOSITION[one];

/** Whom or what a count is about, e.g. ` of ana@contoso.example from 203.0.113.7`; empty for everybody. */
export const subjectText = (
  { counted: id, subject }: Pick<AskedCondition, "counted" | "subject">,
  shown: (value: string) => string = (value) => value,
): string =>
  CONDITION_SUBJECTS.filter((one) => subject[one].length > 0)
    .map((one) => {
      const isPeer = id === "connections" && (one === "ips" || one === "domains");
      return ` ${isPeer ? "with" : prepositionOf(id, one)} ${subject[one].map(shown).join(", ")}`;
    })
    .join("");

/** The condition in words that are read as the same condition again. */
export function conditionText(
  condition: AskedCondition,
  shown?: (value: string) => string,
): string {
  const { counted: id, count, comparison } = condition;
  const named = countedKindOf(id);
  const isOne = count === 1 && !(comparison === "at_least");
  return `${comparisonText(condition)} ${(isOne ? named?.one : named?.many) ?? id}${subjectText(condition, shown)}`;
}
