/** Sentences that say right values wrongly: each is caught by one rule of how free sentences are read, and by no other. */
import { additionsOf } from "../../shared/investigation/modelAdditions.ts";
import { misstated } from "../../shared/investigation/modelSentence.ts";
import { rowHash } from "../../shared/domain/claims.ts";
import { inertText } from "../../shared/domain/claimsText.ts";
import type { Json } from "../../shared/schemas/json.ts";
import type { KqlColumn } from "../../shared/schemas/kql.ts";
import type { Claim, ClaimRef, Evidence } from "../../shared/schemas/sessions.ts";
import type { PlayedStory } from "../bench/floorStories.ts";

/** A row with columns of every part that words can name. */
const COLUMNS: readonly KqlColumn[] = [
  { name: "UserPrincipalName", type: "string" },
  { name: "IPAddress", type: "string" },
  { name: "DeviceName", type: "string" },
  { name: "TargetDeviceName", type: "string" },
  { name: "Failures", type: "long" },
  { name: "Successes", type: "long" },
  { name: "First", type: "datetime" },
  { name: "Last", type: "datetime" },
];

/** Text with a column's name in braces for its value. */
interface Saying {
  kind?: Claim["kind"];
  text: string;
  /** What the same values say rightly. */
  right: string;
}

/** By the rule that alone can tell. */
export const SAYINGS: Readonly<Record<string, Saying>> = {
  "a host called a user": {
    text: "The user {DeviceName} was seen.",
    right: "The device {DeviceName} was seen.",
  },
  "an address that signs in": {
    text: "Then {IPAddress} signed in.",
    right: "Then {UserPrincipalName} signed in.",
  },
  "the other end": {
    text: "Something moved from {TargetDeviceName}.",
    right: "Something moved to {TargetDeviceName}.",
  },
  "a count of something else": {
    text: "There were {Failures} successes.",
    right: "There were {Failures} failures.",
  },
  "times told backwards": {
    kind: "order",
    text: "Seen at {Last} and then at {First}.",
    right: "Seen at {First} and then at {Last}.",
  },
  "what no cell denies": {
    text: "Nothing was done by {UserPrincipalName}.",
    right: "Something was done by {UserPrincipalName}.",
  },
};

const NAMES = ["ana@contoso.example", "203.0.113.7", "pc-4711", "srv-0815"] as const;

/** A stretch of the story's own time with made-up names, so that every part is there. */
function evidenceOf({ session }: PlayedStory): Evidence {
  const values: Json[] = [...NAMES, 7, 3, "2026-06-17T10:00:00Z", "2026-06-17T11:00:00Z"];
  const columns = [...COLUMNS];
  return {
    id: "ev_said",
    question: "What was there?",
    kql: "T",
    started_at: session.created_at,
    ended_at: session.created_at,
    timespan: session.timespan,
    columns,
    rows: [{ hash: rowHash(columns, values), values }],
    row_count: 1,
    truncated: false,
    statistics: { duration_ms: 1 },
  };
}

/** The refs of the values that the text names, in its order, and the text with them in it. */
function spokenOf(text: string, evidence: Evidence): { text: string; refs: ClaimRef[] } {
  const refs: ClaimRef[] = [];
  const [row] = evidence.rows;
  const said = text.replaceAll(/\{(\w+)\}/g, (_, column: string) => {
    const value = row?.values[evidence.columns.findIndex(({ name }) => name === column)] ?? null;
    refs.push({ evidence_id: evidence.id, row_hash: row?.hash ?? "", column, value });
    return inertText(value);
  });
  return { text: said, refs: inTime(refs) };
}

/** Refs of an order stand in the order of the times. */
const inTime = (refs: ClaimRef[]): ClaimRef[] =>
  refs.every(({ column }) => column === "First" || column === "Last")
    ? refs.toSorted((a, b) => (inertText(a.value ?? null) < inertText(b.value ?? null) ? -1 : 1))
    : refs;

/** Whether the wrong saying is struck as a claim and as a sentence of the summary, and the right one as neither. */
export function toldWrongly(
  story: PlayedStory,
  saying: Saying,
): { asClaim: boolean; asSentence: boolean } {
  const evidence = evidenceOf(story);
  const byId = new Map([[evidence.id, evidence]]);
  const outcome = (text: string): { asClaim: boolean; asSentence: boolean } => {
    const spoken = spokenOf(text, evidence);
    const { kind = "value" } = saying;
    const claim: Claim = {
      id: "clm_m1",
      text: spoken.text,
      kind,
      is_key: false,
      finding_key: "model:1",
      refs: spoken.refs,
      check: "verified",
      reason: "",
    };
    return {
      asClaim: misstated(spoken.text, kind, spoken.refs, byId) !== undefined,
      asSentence: isSentenceStruck(spoken.text, ["m1"], [claim], evidence),
    };
  };
  const right = outcome(saying.right);
  if (right.asClaim || right.asSentence) throw new Error(`It is true: ${saying.right}`);
  return outcome(saying.text);
}

/** Whether a sentence of the summary that points to these claims is struck. */
export function isSentenceStruck(
  text: string,
  claim_ids: string[],
  claims: readonly Claim[],
  ...evidence: Evidence[]
): boolean {
  const proposal = {
    verdict: "undetermined" as const,
    confidence: 0.5,
    claims: [],
    summary: [{ text, claim_ids }],
    entities: [],
    mitre: [],
    not_checked: [],
  };
  const byId = new Map(evidence.map((one) => [one.id, one]));
  return additionsOf(proposal, claims, byId).struck.length > 0;
}
