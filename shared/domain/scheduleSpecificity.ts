/**
 * How specific a question is for asking it again and again (seed 004): whom it is about, over what time, and when it
 * counts as answered with yes. Words only; what the investigator makes of them is shown beside.
 */
import type { SpecificityPart, ValidationIssue } from "../schemas/scheduleValidation.ts";
import type { Persona } from "../schemas/sessions.ts";
import { comparisonsIn } from "./comparisons.ts";
import { exampleOf } from "./conditionExamples.ts";
import { conditionIn } from "./conditions.ts";
import { timeScopeIn } from "./timeScope.ts";

/** What the parts weigh in the score. */
const WEIGHTS: Readonly<Record<SpecificityPart["name"], number>> = {
  entities: 0.35,
  time_scope: 0.25,
  condition: 0.25,
  persona_fit: 0.15,
};
/** Below it a question is not specific enough. */
const SCORE_MIN = 0.6;
const FOUND_MAX = 5;

/** What a pattern is worth; the best one that fits counts. */
type Rung = readonly [score: number, pattern: RegExp];

const ENTITIES: readonly Rung[] = [
  [
    1,
    /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:\d{1,3}\.){3}\d{1,3}\b|(?<![\w#&/])#\d{1,9}\b|\b[0-9a-f]{32,64}\b|\bCVE-\d{4}-\d+\b|\b[\w-]+\.(?:exe|dll|ps1|bat|vbs|js|docm|xlsm|iso|lnk)\b|\b(?=[\w-]*\d)[A-Za-z]{2,}(?:-[A-Za-z0-9]+)+\b|\b(?:SRV|DC|WS|LT|PC|SQL)\d{1,4}\b|\b[a-z0-9-]+\.(?:com|net|org|io|example|local|corp)\b/gi,
  ],
  [
    0.75,
    /\b(?:privileged|admin(?:istrator)?|service|guest|external|vip|executive|break-?glass|finance|disabled|dormant|global admin)s?['’]?\s+(?:accounts?|users?|identit(?:y|ies))|\badmin(?:istrator)?s\b|\bdomain controllers?\b|\bservice principals?\b|\bapp registrations?\b|\bconditional access\b|\b[A-Z][a-z]+(?:[A-Z][a-z]+)*(?:Logs?|Events?|Activity|Alert|Incident|Info)\b/g,
  ],
  [
    0.5,
    /\b(?:sign-?ins?|log-?[oi]ns?|mailbox(?:es)?|inbox rules?|e-?mails?|processes|powershell|scheduled tasks?|vpn|firewalls?|servers?|workstations?|laptops?|endpoints?|oauth|consents?|file shares?|downloads?|uploads?|mfa|audit logs?|service accounts?)\b/gi,
  ],
  [
    0.25,
    /\b(?:users?|accounts?|hosts?|devices?|machines?|addresses|network|environment|tenant)\b/gi,
  ],
];

const CONDITIONS: readonly Rung[] = [
  [1, /\b(?:longer than|threshold of)\s+\d+|\b\d+\s*(?:%|percent)/gi],
  [
    0.75,
    /\b(?:failed|failures?|succeeded|successful|blocked|locked out|guessed|disabled|deleted|created|added|granted|forwarded|executed)\b|\bfirst[- ]time\b|\bnever (?:been )?seen\b|\bnew (?:countr(?:y|ies)|devices?|addresses|locations?|applications?|rules?|admins?)\b|\boutside (?:of )?(?:business|working|office) hours\b|\bwithout (?:mfa|approval|a ticket)\b|\bafter (?:failures|hours)\b|\bimpossible travel\b|\bsame (?:address|ip|user|host)\b|\bnot (?:in|on|from|part of)\b/gi,
  ],
  [
    0.3,
    /\b(?:suspicious|anomal(?:y|ies|ous)|unusual|abnormal|malicious|strange|risky|patterns?|indicators?|brute[- ]force|lateral movement|spray(?:ing)?)\b/gi,
  ],
];

const RECURRING =
  /\b(?:every|each)\s+(?:morning|evening|night|day|week|month|hour)\b|\b(?:daily|weekly|monthly|hourly|nightly|since the (?:last|previous) run)\b/i;

const PERSONA_WORDS: Readonly<Record<Persona, RegExp>> = {
  soc_analyst:
    /\b(?:triage|alerts?|incidents?|sign-?ins?|brute|spray|phish\w*|false positives?)\b/i,
  threat_hunter:
    /\b(?:hunt\w*|hypothes[ie]s|ttps?|indicators?|lateral|persistence|beacon\w*|rare|first[- ]time|lolbins?)\b/i,
  incident_responder:
    /\b(?:contain\w*|compromised?|blast radius|timeline|impact|eradicat\w*|scope of|isolat\w*|respond)\b/i,
  ciso: /\b(?:complian\w*|posture|baselines?|trends?|summary|report|coverage|completeness|risk|audit|kpis?|policy)\b/i,
};

export interface Specificity {
  parts: SpecificityPart[];
  score: number;
  issues: ValidationIssue[];
  /** The question with an example of each missing piece. */
  rewritten: string;
}

export function specificityOf(query: string, persona: Persona): Specificity {
  const entities = part("entities", rung(query, ENTITIES));
  const condition = part("condition", conditionOf(query));
  const time = part("time_scope", timeOf(query));
  const fit = part("persona_fit", fitOf(query, persona));
  const parts = [entities, time, condition, fit];
  const score = parts.reduce((sum, { name, score: own }) => sum + WEIGHTS[name] * own, 0);
  const pieces = examplesFor(query);
  const issues = [
    ...entityIssues(query, entities.score, pieces),
    ...timeIssues(query, time.score, pieces),
    ...conditionIssues(query, condition.score, pieces),
    ...(condition.score < 0.75 ? [] : answerIssues(query)),
    ...personaIssues(query, persona, fit.score),
  ];
  const rewritten = withPieces(query, [
    ...(entities.score < 0.75 ? [pieces.entity] : []),
    ...(time.score < 1 ? [pieces.time] : []),
    ...(condition.score < 0.75 ? [pieces.condition] : []),
  ]);
  return { parts, score: Math.round(score * 100) / 100, issues, rewritten };
}

/** Whether it is specific enough, by its words. */
export const isSpecific = ({ score, issues }: Pick<Specificity, "score" | "issues">): boolean =>
  score >= SCORE_MIN && issues.every(({ severity }) => severity !== "error");

interface Scored {
  score: number;
  found: string[];
}

const part = (name: SpecificityPart["name"], scored: Scored): SpecificityPart => ({
  name,
  ...scored,
});

function rung(query: string, rungs: readonly Rung[]): Scored {
  for (const [score, pattern] of rungs) {
    const found = [...new Set(query.match(pattern))].slice(0, FOUND_MAX);
    if (found.length > 0) return { score, found };
  }
  return { score: 0, found: [] };
}

/** Comparisons with a number are read in the one way that reports read them. */
function conditionOf(query: string): Scored {
  const found = [...new Set(comparisonsIn(query).map(({ words }) => words))].slice(0, FOUND_MAX);
  return found.length > 0 ? { score: 1, found } : rung(query, CONDITIONS);
}

function timeOf(query: string): Scored {
  const scope = timeScopeIn(query);
  if (scope !== undefined) return { score: 1, found: [scope] };
  const recurring = RECURRING.exec(query)?.[0];
  return recurring === undefined ? { score: 0, found: [] } : { score: 0.5, found: [recurring] };
}

function fitOf(query: string, persona: Persona): Scored {
  const own = PERSONA_WORDS[persona].exec(query)?.[0];
  if (own !== undefined) return { score: 1, found: [own] };
  return { score: betterPersona(query) === undefined ? 0.7 : 0.3, found: [] };
}

const betterPersona = (query: string): string | undefined =>
  Object.entries(PERSONA_WORDS).find(([, words]) => words.test(query))?.[0];

interface Pieces {
  entity: string;
  time: string;
  condition: string;
}

/** Examples in the question's own field. */
function examplesFor(query: string): Pieces {
  const time = "in the last 24 hours";
  if (/mail|phish|inbox|attachment/i.test(query)) {
    const condition = "and report it when at least 1 message was delivered";
    return { entity: "for the mailbox finance@example.com", time, condition };
  }
  if (/process|powershell|malware|lateral|host|device|server|persist|ransom/i.test(query)) {
    const condition = "and report it when more than 20 processes ran";
    return { entity: "on the host SRV-FILE-01", time, condition };
  }
  const condition = "and report it when more than 10 sign-ins failed";
  return { entity: "for the user admin@example.com", time, condition };
}

/** Puts the pieces behind the question's own words. */
function withPieces(query: string, pieces: readonly string[]): string {
  if (pieces.length === 0) return query;
  const own = query.replace(/[\s.?!,;:]+$/u, "");
  const [last] = pieces.slice(-1);
  const clause = last?.startsWith("and ") === true ? pieces.slice(0, -1) : pieces;
  const ending = clause.length === pieces.length ? "" : `, ${last}`;
  return `${[own, ...clause].join(" ")}${ending}.`;
}

function entityIssues(query: string, score: number, { entity }: Pieces): ValidationIssue[] {
  if (score >= 0.75) return [];
  const suggestion = withPieces(query, [entity]);
  if (score > 0.25) {
    const message =
      "It names a kind of activity, but no user, address, host, file or incident. Each run then looks at whatever is there, and two runs are hard to compare.";
    return [{ code: "vague-entities", severity: "warning", message, suggestion }];
  }
  const message =
    "It does not say whom or what it is about. Name users, addresses, hosts, files, an incident such as #12345, or a kind of account.";
  return [{ code: "missing-entities", severity: "error", message, suggestion }];
}

function timeIssues(query: string, score: number, { time }: Pieces): ValidationIssue[] {
  if (score === 1) return [];
  const suggestion = withPieces(query, [time]);
  if (score > 0) {
    const message =
      "It says how often to ask, but not how far back to look: each run looks back 7 days.";
    return [{ code: "implied-time-scope", severity: "warning", message, suggestion }];
  }
  const message =
    "It does not say over what time to look. Without it each run looks back 7 days and finds the same again.";
  return [{ code: "missing-time-scope", severity: "error", message, suggestion }];
}

function conditionIssues(query: string, score: number, { condition }: Pieces): ValidationIssue[] {
  if (score >= 0.75) return [];
  const suggestion = withPieces(query, [condition]);
  if (score > 0) {
    const message =
      "Its condition cannot be measured: say how many, or what must have happened, before it is worth a report.";
    return [{ code: "vague-condition", severity: "warning", message, suggestion }];
  }
  const message =
    "It does not say when something counts as found. Give a number, or what must have happened, such as failed, new, or outside business hours.";
  return [{ code: "missing-condition", severity: "error", message, suggestion }];
}

/** What can be measured, and yet no report answers with yes or no. */
function answerIssues(query: string): ValidationIssue[] {
  const reading = conditionIn(query);
  if (reading.kind === "asked") return [];
  const why = reading.kind === "unread" ? `: ${reading.reason}` : "";
  const message = `No report will answer with yes or no whether its condition is met${why}. The run still reports what it finds.`;
  const suggestion = `Ask for one number of one thing, for example: ${exampleOf(query)}`;
  return [{ code: "unanswerable-condition", severity: "warning", message, suggestion }];
}

function personaIssues(query: string, persona: Persona, score: number): ValidationIssue[] {
  const better = score < 0.5 ? betterPersona(query) : undefined;
  if (better === undefined) return [];
  const message = `It reads like a question of the persona ${better}; ${persona} gets a report of another depth and tone.`;
  const suggestion = `Choose the persona ${better}.`;
  return [{ code: "persona-mismatch", severity: "warning", message, suggestion }];
}
