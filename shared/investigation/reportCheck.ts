/**
 * The last look at a report, whoever wrote it: claims are read again from the stored rows, and every other part must be
 * the one that the claims which held give. What is not is struck, with its reason.
 */
import { canonicalJson, type EvidenceById } from "../domain/claims.ts";
import { Json } from "../schemas/json.ts";
import type { Claim, Evidence, Report, SessionRecord, StruckPart } from "../schemas/sessions.ts";
import { findingsOf, type Found } from "./findings.ts";
import { readAgain } from "./findingsAgain.ts";
import { judgedReport, knownTo } from "./modelConclusion.ts";
import { proposedAgain } from "./modelReport.ts";
import { reportOf } from "./report.ts";
import type { InvestigationState } from "./state.ts";

/** What a report is held against: who it is for, what the run left, and the rows as they are stored now. */
export interface Basis {
  session: Pick<SessionRecord, "persona">;
  state: InvestigationState;
  evidence: readonly Evidence[];
}

type Part = StruckPart["part"];

/** Parts that are lists. */
const LISTS = [
  "summary",
  "timeline",
  "entities",
  "mitre",
  "actions",
  "not_checked",
  "not_observable",
] as const satisfies readonly Part[];

/**
 * Holds every part of a report against what the claims that hold give.
 * @returns `faults`: everything in which the given report differs, what it hides of its struck parts and the outcome of its
 *   check included. `report`: the one that the claims give; `unverified` when there are faults, when the given one had some
 *   before, or when a key claim is struck; its `struck` lists what was taken out.
 */
export function checkReport(
  report: Report,
  { session, state, evidence }: Basis,
): { report: Report; faults: StruckPart[] } {
  const byId: EvidenceById = new Map(evidence.map((one) => [one.id, one]));
  const { found, own } = claimsAgain(report.claims, state, evidence, byId);
  const rules = findingsOf(byId);
  const floor = reportOf(session, state, { found, gaps: rules.gaps });
  const expected = judgedReport(floor, session, state, evidence, own);
  const before = struckBefore(report, expected);
  const outcome = before.length > 0 ? "unverified" : expected.check;
  const differing = [
    ...claimFaults(report.claims, expected.claims),
    ...leftOut(rules.found, found),
    ...verdictFaults(report, expected),
    ...conditionFaults(report, expected),
    ...LISTS.flatMap((part) => listFaults(part, report[part], expected[part])),
    ...hidden(report, expected),
  ];
  // Where parts differ the outcome follows from them.
  const faults =
    differing.length === 0 && report.check !== outcome ? [otherOutcome(report)] : differing;
  const struck = [...(expected.struck ?? []), ...before, ...faults];
  return {
    report: {
      ...expected,
      check: faults.length > 0 ? "unverified" : outcome,
      ...(struck.length > 0 && { struck }),
    },
    faults,
  };
}

const otherOutcome = ({ check }: Report): StruckPart => ({
  part: "verdict",
  text: check,
  reason: "The check has another outcome.",
});

/** What an earlier check took out of the report, besides what a model's proposal lost. */
function struckBefore({ struck = [] }: Report, expected: Report): StruckPart[] {
  const lost = new Set((expected.struck ?? []).map(textOf));
  return struck.filter((one) => !lost.has(textOf(one)));
}

/** What was struck must be shown as struck. */
function hidden({ struck = [] }: Report, expected: Report): StruckPart[] {
  const shown = new Set(struck.map(textOf));
  return (expected.struck ?? [])
    .filter((one) => !shown.has(textOf(one)))
    .map(({ part, text }) => ({ part, text, reason: "The report hides that this was struck." }));
}

const isOwn = ({ id }: Claim): boolean => id.startsWith("clm_m");

/** Each claim by whose it is: the model's are named so. */
function claimsAgain(
  claims: readonly Claim[],
  state: InvestigationState,
  evidence: readonly Evidence[],
  byId: EvidenceById,
): { found: Found[]; own: Claim[] } {
  return {
    found: claims.filter((claim) => !isOwn(claim)).map((claim) => readAgain(claim, byId)),
    own: proposedAgain(claims.filter(isOwn), evidence, state.model, knownTo(state)),
  };
}

function claimFaults(given: readonly Claim[], again: readonly Claim[]): StruckPart[] {
  const ids = new Set<string>();
  const byId = new Map(again.map((claim) => [claim.id, claim]));
  return given.flatMap((claim) => {
    const read = byId.get(claim.id);
    const isTwice = ids.has(claim.id);
    ids.add(claim.id);
    if (!isTwice && read !== undefined && textOf(read) === textOf(claim)) return [];
    const reason = isTwice ? "Two claims have this id." : (read?.reason ?? "Nobody made it.");
    return [{ part: "claims" as const, text: claim.text, reason }];
  });
}

/** What the rules find in the evidence must be said. */
function leftOut(expected: readonly Found[], given: readonly Found[]): StruckPart[] {
  const ids = new Set(given.map(({ claim }) => `${claim.id} ${claim.finding_key}`));
  return expected
    .filter(({ claim }) => !ids.has(`${claim.id} ${claim.finding_key}`))
    .map(({ claim }) => ({
      part: "claims",
      text: claim.text,
      reason: "The evidence gives this claim, and the report leaves it out.",
    }));
}

/** The verdict is what the rules, and the model's judgements within their bound, make of the claims that held. */
function verdictFaults(given: Report, expected: Report): StruckPart[] {
  if (judgedOf(given) === judgedOf(expected)) return [];
  const text = `${given.verdict} with a confidence of ${given.confidence}`;
  return [{ part: "verdict", text, reason: "The claims that hold give another verdict." }];
}

/** The answer to the person's own question is the one that its count gives. */
function conditionFaults({ condition }: Report, { condition: expected }: Report): StruckPart[] {
  if (textOf(condition ?? null) === textOf(expected ?? null)) return [];
  const reason = "The claims that hold give another answer to what was asked.";
  return [{ part: "condition", text: condition?.text ?? "", reason }];
}

const judgedOf = ({ verdict, confidence, stability, judgements }: Report): string =>
  textOf([verdict, confidence, stability, judgements ?? null]);

function listFaults(
  part: (typeof LISTS)[number],
  given: readonly object[],
  expected: readonly object[],
): StruckPart[] {
  if (textOf(given) === textOf(expected)) return [];
  const [has, needs] = [given.map(textOf), expected.map(textOf)];
  const struck = (one: string, reason: string): StruckPart => ({ part, text: one, reason });
  const extra = has
    .filter((one) => !needs.includes(one))
    .map((one) => struck(one, "No claim that holds gives this."));
  const missing = needs
    .filter((one) => !has.includes(one))
    .map((one) => struck(one, "The claims give this, and the report leaves it out."));
  const all = [...extra, ...missing];
  return all.length > 0 ? all : [struck(part, "The same stands twice or in another order.")];
}

/** How a part of a report is compared, and shown when it is struck. */
export const textOf = (value: unknown): string =>
  canonicalJson(Json.parse(JSON.parse(JSON.stringify(value))));
