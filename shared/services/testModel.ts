/** Tries a language model: whether it answers, and whether it knows tools and strict schemas. */
import { AppError, notFound } from "../domain/errors.ts";
import { isNamed, modelAudit, modelEtag, modelTestReply } from "../domain/models.ts";
import type { Deps } from "../ports/deps.ts";
import * as models from "../repositories/models.ts";
import type { ChatReply, ChatRequest } from "../schemas/modelExchanges.ts";
import {
  type ModelAbilities,
  type ModelCheck,
  type ModelRecord,
  type ModelTestReply,
  UNKNOWN_ABILITIES,
} from "../schemas/models.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "model" | "queue" | "settings">;

const TIMEOUT_MS = 30_000;
/** Room for models that think before they answer. */
const OUTPUT_TOKENS = 1_000;
const SHAPE = {
  type: "object",
  properties: { answer: { type: "string" } },
  required: ["answer"],
  additionalProperties: false,
};

/**
 * Three small exchanges; what was seen is kept with the model. Never fails for what the endpoint does.
 * @throws AppError `not-found`.
 */
export async function testModel(
  deps: Needs,
  principal: Principal,
  name: string,
): Promise<ModelTestReply> {
  const { tenant_id } = principal;
  const model = await models.find(deps, tenant_id, name);
  if (model === undefined) throw notFound("model");
  const startedAt = performance.now();
  const { checks, abilities } = await tried(deps, { ...model, abilities: UNKNOWN_ABILITIES });
  const reply = modelTestReply(checks, performance.now() - startedAt);
  await record(deps, principal, model, reply.status, abilities);
  const fields = { tenant_id, model_name: model.model_name, status: reply.status };
  deps.log.info("model.tested", fields);
  return reply;
}

async function tried(
  deps: Needs,
  model: ModelRecord,
): Promise<{ checks: ModelCheck[]; abilities: ModelAbilities }> {
  const checks: ModelCheck[] = [];
  let abilities = model.abilities;
  for (const { name, request, judge } of TRIALS) {
    if (checks.some(({ state }) => state === "failed")) {
      checks.push({ name, state: "skipped", detail: "Not tried after the failure before." });
      continue;
    }
    try {
      const reply = await deps.model.chat({ ...model, abilities }, request, TIMEOUT_MS);
      ({ abilities } = reply);
      checks.push({ name, ...judge(reply) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      checks.push({ name, state: "failed", detail: error.detail });
    }
  }
  return { checks, abilities };
}

const ask = (content: string): Pick<ChatRequest, "messages" | "tools" | "max_output_tokens"> => ({
  messages: [{ role: "user", content }],
  tools: [],
  max_output_tokens: OUTPUT_TOKENS,
});

type Judged = Pick<ModelCheck, "state" | "detail">;

const TRIALS: readonly {
  name: ModelCheck["name"];
  request: ChatRequest;
  judge: (reply: ChatReply) => Judged;
}[] = [
  {
    name: "answer",
    request: ask("Answer with the one word: ready"),
    judge: ({ text, answered_by, abilities: { streaming } }) => {
      if (text === null || text.trim() === "") {
        return { state: "failed", detail: "The model answered with nothing." };
      }
      const answers = `${answered_by === "" ? "The model" : answered_by} answers`;
      return streaming === "none"
        ? { state: "fallback", detail: `${answers}, whole: the endpoint knows no streams.` }
        : { state: "ok", detail: `${answers}.` };
    },
  },
  {
    name: "tools",
    request: {
      ...ask("Call the tool say with the answer ready."),
      tools: [{ name: "say", description: "Says the answer.", parameters: SHAPE }],
    },
    judge: ({ tool_calls, abilities }) => {
      if (tool_calls.length === 0) {
        return {
          state: "fallback",
          detail: "The model did not call a tool; it is asked in words.",
        };
      }
      return abilities.tools === true
        ? { state: "ok", detail: "The model calls tools." }
        : {
            state: "fallback",
            detail: "The endpoint knows no tools; they are asked for in words.",
          };
    },
  },
  {
    name: "json_schema",
    request: {
      ...ask("Answer ready, as JSON."),
      response_schema: { name: "answer", schema: SHAPE },
    },
    judge: ({ abilities }) =>
      abilities.json_schema === true
        ? { state: "ok", detail: "The endpoint takes strict schemas." }
        : { state: "fallback", detail: "The endpoint knows no schemas; answers are checked here." },
  },
];

/** A model that was changed meanwhile has not been tried; the deployment's own is not stored. */
async function record(
  deps: Needs,
  principal: Principal,
  tested: ModelRecord,
  status: ModelTestReply["status"],
  abilities: ModelAbilities,
): Promise<void> {
  const isStored = (await models.list(deps.documents, principal.tenant_id)).some(
    isNamed(tested.model_name),
  );
  if (!isStored) return;
  const at = deps.clock.now();
  await models.change(deps, principal.tenant_id, (known) => {
    const found = known.find(isNamed(tested.model_name));
    if (found === undefined || found.updated_at !== tested.updated_at) {
      return { items: known, messages: [], result: undefined };
    }
    const after = { ...found, abilities, last_test: { at: at.toISOString(), status } };
    const subject = { name: found.model_name, version: `${modelEtag(found)}:${at.getTime()}` };
    return {
      items: known.map((one) => (one === found ? after : one)),
      messages: [modelAudit(principal, "model.test", subject, ["last_test"], at)],
      result: undefined,
    };
  });
}
