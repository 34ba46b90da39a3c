/** A scripted analyst who says true things about the rows it is shown: what it hands in must all be believed. */
import type { Proposal } from "../../shared/investigation/modelState.ts";
import type { LanguageModel } from "../../shared/ports/languageModel.ts";
import { allEvidence } from "../../shared/repositories/sessionEvidence.ts";
import { listSessions } from "../../shared/repositories/sessions.ts";
import type { ChatReply } from "../../shared/schemas/modelExchanges.ts";
import { SessionQuery, type Evidence } from "../../shared/schemas/sessions.ts";
import type { TestDeps } from "../../shared/testing/deps.ts";

type ProposedClaim = Proposal["claims"][number];
type ProposedRef = ProposedClaim["refs"][number];
type EntityType = Proposal["entities"][number]["type"];

const ROWS_PER_ANSWER = 2;
const CLAIMS_MAX = 40;

/** Ways to say that two columns stand in one row; the first whose columns an answer has is taken. */
const PAIRS: readonly {
  first: RegExp;
  second: RegExp;
  text: string;
  types: readonly [EntityType, EntityType];
}[] = [
  {
    first: /^(?:UserPrincipalName|AccountUPN|UserId)$/,
    second: /^(?:IPAddress|IpAddress|Address|RemoteIP)$/,
    text: "The user {1} signed in from the address {2}.",
    types: ["account", "ip"],
  },
  {
    first: /^(?:AccountName|AccountUpn|UserPrincipalName|InitiatingProcessAccountName)$/,
    second: /^DeviceName$/,
    text: "The user {1} was active on the device {2}.",
    types: ["account", "host"],
  },
  {
    first: /^DeviceName$/,
    second: /^(?:FileName|InitiatingProcessFileName)$/,
    text: "On the device {1} the file {2} was seen.",
    types: ["host", "file"],
  },
  {
    first: /^DeviceName$/,
    second: /^RemoteIP$/,
    text: "The device {1} connected to the address {2}.",
    types: ["host", "ip"],
  },
  {
    first: /^SenderFromAddress$/,
    second: /^RecipientEmailAddress$/,
    text: "The sender {1} wrote to the recipient {2}.",
    types: ["account", "account"],
  },
];

const cell = (
  evidence_id: string,
  given: Partial<Omit<ProposedRef, "evidence_id">>,
): ProposedRef => ({ evidence_id, row: null, column: null, value: null, count: null, ...given });

/** Everything it has to say about an incident. */
export function honestProposal(evidence: readonly Evidence[]): Proposal {
  const claims: ProposedClaim[] = [];
  const entities: Proposal["entities"] = [];
  const add = (claim: ProposedClaim, types: readonly EntityType[] = []): void => {
    if (claims.length >= CLAIMS_MAX) return;
    claims.push(claim);
    types.forEach((type, i) => entities.push({ type, claim_id: `m${claims.length}`, ref: i + 1 }));
  };
  for (const one of evidence) {
    for (const claim of countsAndTimes(one)) add(claim);
    const pair = PAIRS.find(({ first, second }) => columnsOf(one, first, second) !== undefined);
    const columns = pair && columnsOf(one, pair.first, pair.second);
    if (pair === undefined || columns === undefined) continue;
    for (let row = 1; row <= Math.min(ROWS_PER_ANSWER, one.row_count); row += 1) {
      const values = columns.map(({ at }) => one.rows[row - 1]?.values[at]);
      if (values.some((value) => typeof value !== "string" || value === "")) continue;
      const refs = columns.map(({ name }) => cell(one.id, { row, column: name }));
      add({ text: pair.text, kind: "value", is_key: row === 1, refs }, pair.types);
    }
  }
  for (const asked of evidence) {
    const isAsked = asked.row_count === 0 && asked.id.startsWith("ev_asked_");
    if (!isAsked) continue;
    const refs = [cell(asked.id, { count: 0 })];
    add({ text: "Nothing was found.", kind: "absence", is_key: false, refs });
  }
  const own = claims.map((claim, i) => ({ claim, id: `m${i + 1}` }));
  return {
    verdict: "true_positive",
    confidence: 0.9,
    claims,
    summary: own.slice(0, 6).map(({ claim, id }) => ({
      text: literally(claim, evidence),
      claim_ids: [id],
    })),
    entities,
    mitre: own.slice(0, 1).map(({ id }) => ({
      tactic: "CredentialAccess",
      technique: "T1110.003",
      claim_id: id,
    })),
    not_checked: [{ question: "Was the device wiped?", reason: "No log says so." }],
  };
}

/** The sentence with the values themselves in it, as the model was shown them. */
export const literally = (
  { text, refs }: Pick<ProposedClaim, "text" | "refs">,
  evidence: readonly Evidence[],
): string =>
  text.replaceAll(/\{(\d+)\}/g, (whole: string, number: string) => {
    const ref = refs[Number(number) - 1];
    const from = evidence.find(({ id }) => id === ref?.evidence_id);
    const at = from?.columns.findIndex(({ name }) => name === ref?.column) ?? -1;
    const value = ref?.row == null ? ref?.count : from?.rows[ref.row - 1]?.values[at];
    const shown = typeof value === "string" ? value : JSON.stringify(value);
    return shown === undefined ? whole : shownAs(shown);
  });

/** As sentences of the product show a value: see `inertText`. */
const shownAs = (value: string): string => {
  const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(value)?.[1];
  if (time !== undefined) return `${time}Z`;
  return /^[\w.@:+%$-]+$/.test(value) ? value : `“${value}”`;
};

function countsAndTimes(one: Evidence): ProposedClaim[] {
  const { id, columns, rows, row_count: count } = one;
  if (count === 0 || one.truncated) return [];
  const claims: ProposedClaim[] = [
    {
      text: "Rows in this answer: {1}.",
      kind: "count",
      is_key: false,
      refs: [cell(id, { count })],
    },
  ];
  const times = columns.flatMap(({ name, type }, at) => {
    const value = rows[0]?.values[at];
    return type === "datetime" && typeof value === "string"
      ? [{ name, ms: Date.parse(value) }]
      : [];
  });
  const [early, late] = times.toSorted((a, b) => a.ms - b.ms);
  if (early !== undefined && late !== undefined && early.ms < late.ms) {
    const refs = [early, late].map(({ name }) => cell(id, { row: 1, column: name }));
    const text = "What is shown at {1} came before what is shown at {2}.";
    claims.push({ text, kind: "order", is_key: false, refs });
    const minutes = Math.floor((late.ms - early.ms) / 60_000);
    claims.push({
      text: "Between {1} and {2} lie {3} minutes.",
      kind: "difference",
      is_key: false,
      refs: [...refs, cell(id, { count: minutes })],
    });
  }
  columns.forEach(({ name, type }, at) => {
    const list = rows[0]?.values[at];
    const member = Array.isArray(list) ? list[0] : undefined;
    if (type !== "dynamic" || typeof member !== "string") return;
    const refs = [cell(id, { row: 1, column: name, value: member })];
    claims.push({ text: "{1} was among them.", kind: "membership", is_key: false, refs });
  });
  return claims;
}

function columnsOf(
  { columns }: Evidence,
  ...patterns: RegExp[]
): { name: string; at: number }[] | undefined {
  const found = patterns.flatMap((pattern) => {
    const at = columns.findIndex(({ name }) => pattern.test(name));
    return at === -1 ? [] : [{ name: columns[at]?.name ?? "", at }];
  });
  return found.length === patterns.length ? found : undefined;
}

const reply = (text: string | null, tool_calls: ChatReply["tool_calls"] = []): ChatReply => ({
  text,
  tool_calls,
  finish: tool_calls.length > 0 ? "tool_calls" : "stop",
  usage: { input_tokens: 1000, cached_input_tokens: 0, output_tokens: 100 },
  answered_by: "scripted-1",
  abilities: { tools: true, json_schema: true, output_limit: "max_tokens", streaming: null },
});

/** First asks the workspace something that has no rows, then hands in what is true, then judges by it. */
export const honestAnalyst = (deps: Pick<TestDeps, "blobs" | "documents">): LanguageModel => ({
  async chat({ tenant_id }, { response_schema, messages }) {
    if (response_schema !== undefined) {
      const judged = { verdict: "true_positive", confidence: 0.9, claim_ids: ["m1"] };
      return reply(JSON.stringify(judged));
    }
    if (!messages.some(({ role }) => role === "tool")) {
      const asked = {
        question: "Did anybody sign in with a country that is none?",
        kql: 'SigninLogs | where Location == "none at all" | project UserPrincipalName',
      };
      return reply(null, [{ id: "1", name: "run_kql", arguments: JSON.stringify(asked) }]);
    }
    const query = SessionQuery.parse({});
    const [session] = (await listSessions(deps.documents, tenant_id, query)).sessions;
    if (session === undefined) throw new Error("There is no session.");
    const evidence = await allEvidence(deps, session);
    const proposal = honestProposal(evidence);
    return reply(null, [{ id: "2", name: "finish", arguments: JSON.stringify(proposal) }]);
  },
});
