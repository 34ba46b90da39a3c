/** Sessions that ask a scripted model over HTTP: what the model is told to do, and the session that comes of it. */
import { createOpenAiModels } from "../adapters/openAi/languageModel.ts";
import type { KeyWrapper } from "../ports/keyWrapper.ts";
import * as models from "../repositories/models.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import type { TestDeps } from "./deps.ts";
import type {
  Answer,
  ChatBody,
  OpenAiDouble,
  Script as ModelScript,
} from "./doubles/openAi/server.ts";
import { aModel, TENANT } from "./fixtures.ts";
import { current, investigable, type Script, start, work } from "./investigation.ts";

const noKeys: KeyWrapper = {
  wrap: async () => ({ kid: "k", alg: "none", wrapped: "" }),
  unwrap: async () => new Uint8Array(32),
};

/** A tenant as `investigable` makes it, with the double as its default model. */
export async function investigableWith(
  double: OpenAiDouble,
  script: Script,
  model: Partial<ModelRecord> = {},
): Promise<TestDeps> {
  const deps = await investigable(script);
  deps.model = createOpenAiModels({ keys: noKeys, retryDelayMs: 1 });
  await setModels(deps, [aModel({ api_base: double.url, ...model })]);
  return deps;
}

export const setModels = (deps: TestDeps, records: readonly ModelRecord[]): Promise<void> =>
  models.change(deps, TENANT, () => ({ items: records, messages: [], result: undefined }));

/** Starts a session and works it to whatever its end is. */
export async function workedOut(
  deps: TestDeps,
  body: Parameters<typeof start>[1] = {},
): Promise<SessionRecord> {
  const session = await start(deps, body);
  await work(deps, 100);
  return current(deps, session);
}

/** One reference of a claim, as a model writes it: what is left out is null. */
export const ref = (
  evidence_id: string,
  given: { row?: number; column?: string; value?: string | number; count?: number } = {},
) => ({ evidence_id, row: null, column: null, value: null, count: null, ...given });

export type ProposedClaim = {
  text: string;
  kind: string;
  is_key: boolean;
  refs: ReturnType<typeof ref>[];
};

/** A call of finish with these parts. */
export const finishing = (
  verdict: string,
  claims: readonly ProposedClaim[],
  more: Record<string, unknown> = {},
): Answer => ({
  kind: "tools",
  calls: [
    {
      name: "finish",
      arguments: {
        verdict,
        confidence: 0.9,
        claims,
        summary: [],
        entities: [],
        mitre: [],
        not_checked: [],
        ...more,
      },
    },
  ],
});

/** One judgement. */
export const judging = (verdict: string, claim_ids: readonly string[]): Answer => ({
  kind: "text",
  text: JSON.stringify({ verdict, confidence: 0.9, claim_ids }),
});

export const isJudgement = ({ response_format }: ChatBody): boolean =>
  response_format !== undefined;

/** Answers looking turns by their order, and every judgement in the same way. */
export const analyst =
  (looking: readonly Answer[], judgement: Answer | ((number: number) => Answer)): ModelScript =>
  ({ body }, number) => {
    if (isJudgement(body)) {
      return typeof judgement === "function" ? judgement(number) : judgement;
    }
    const turn = body.messages.filter(({ role }) => role === "assistant").length;
    const answer = looking[Math.min(turn, looking.length - 1)];
    if (answer === undefined) throw new Error("Nothing was scripted.");
    return answer;
  };

/** What a workspace answers about a few failed sign-ins: the rules do not decide. */
export const THIN: Script = {
  s01: {
    columns: ["UserPrincipalName", "IPAddress", "Failures:long"],
    rows: [["ana@contoso.example", "203.0.113.7", 3]],
  },
};
/** A true claim about them. */
export const FAILURES: ProposedClaim = {
  text: "There were {2} failures from {1}.",
  kind: "value",
  is_key: true,
  refs: [
    ref("ev_s01", { row: 1, column: "IPAddress" }),
    ref("ev_s01", { row: 1, column: "Failures" }),
  ],
};
/** Hands the claim in, and judges by it that it was an attack. */
export const HONEST = analyst(
  [finishing("true_positive", [FAILURES])],
  judging("true_positive", ["clm_m1"]),
);
