/** The model port on the `openai` client: Azure OpenAI by key or identity, and any endpoint that speaks chat completions. */
import type { TokenCredential } from "@azure/identity";
import { AzureOpenAI, OpenAI } from "openai";
import { Stream } from "openai/streaming";

import { AppError } from "../../domain/errors.ts";
import { isAzureEndpoint } from "../../domain/models.ts";
import { open } from "../../domain/sealing.ts";
import type { KeyWrapper } from "../../ports/keyWrapper.ts";
import type { LanguageModel } from "../../ports/languageModel.ts";
import { pause } from "../../ports/patience.ts";
import type { ChatReply, ChatRequest } from "../../schemas/modelExchanges.ts";
import type { ModelAbilities, ModelRecord } from "../../schemas/models.ts";
import { createBoundedFetch, isEventStream } from "./boundedFetch.ts";
import { abilitiesWithout, isContentFilter, retryAfterSeconds, translated } from "./errors.ts";
import { BrokenOff, wholeAnswer } from "./streamedAnswer.ts";
import { bodyOf, replyOf } from "./wire.ts";

export interface OpenAiOptions {
  keys: KeyWrapper;
  /** The deployment's own identity; `undefined` where it has none. */
  credential?: TokenCredential;
  /** Reaches the endpoints. Default: the global fetch. */
  outboundFetch?: typeof fetch;
  /** The first wait between tries when the endpoint does not ask for one; it doubles. */
  retryDelayMs?: number;
  /** The longest silence within an answer that has begun. */
  idleMs?: number;
}

const TRIES = 3;
const RETRY_DELAY_MS = 500;
const IDLE_MS = 30_000;
/** What an endpoint may not understand: a stream's usage, streams, tools, a schema, the name of the output's bound. */
const LEARNED_MAX = 5;
/** GA, with tools and strict schemas. */
const API_VERSION = "2024-10-21";
const SCOPE = "https://cognitiveservices.azure.com/.default";

export function createOpenAiModels(options: OpenAiOptions): LanguageModel {
  /** What endpoints were seen to understand since the process began, by model and version of its record. */
  const known = new Map<string, ModelAbilities>();
  return {
    async chat(model, request, timeoutMs) {
      const startedAt = performance.now();
      const signal = AbortSignal.timeout(Math.max(1, Math.round(timeoutMs)));
      const key = `${model.tenant_id}/${model.model_name}/${model.updated_at}`;
      try {
        const client = await clientOf(model, options, signal);
        const first = startingWith(model, known.get(key));
        const exchange = new Exchange({ client, model, request, abilities: first, ...options });
        const reply = await exchange.run(signal);
        known.set(key, reply.abilities);
        return reply;
      } catch (error) {
        throw translated(error, (performance.now() - startedAt) / 1000);
      }
    },
  };
}

function startingWith(model: ModelRecord, known: ModelAbilities | undefined): ModelAbilities {
  const { tools, json_schema, output_limit, streaming } = known ?? model.abilities;
  return { tools, json_schema, output_limit, streaming };
}

interface Exchanging extends Pick<OpenAiOptions, "retryDelayMs" | "idleMs"> {
  client: OpenAI;
  model: ModelRecord;
  request: ChatRequest;
  /** What the endpoint was seen to understand before. */
  abilities: ModelAbilities;
}

class Exchange {
  readonly #of: Exchanging;
  #abilities: ModelAbilities;
  /** Tries whose answer had begun when it broke off. */
  #lost = 0;

  constructor(of: Exchanging) {
    this.#of = of;
    this.#abilities = of.abilities;
  }

  /** Asks until there is an answer, learning what the endpoint does not understand. */
  async run(signal: AbortSignal): Promise<ChatReply> {
    const { retryDelayMs = RETRY_DELAY_MS } = this.#of;
    let learned = 0;
    for (let tried = 1; ; tried += 1) {
      try {
        const reply = await this.#ask(signal);
        return this.#lost === 0 ? reply : { ...reply, lost_tries: this.#lost };
      } catch (error) {
        if (isContentFilter(error)) return filtered(this.#abilities);
        const fewer = learned < LEARNED_MAX ? this.#without(error) : undefined;
        if (fewer !== undefined) {
          this.#abilities = fewer;
          learned += 1;
          tried -= 1;
          continue;
        }
        if (error instanceof BrokenOff && error.hasBegun) this.#lost += 1;
        const wait = retryAfterSeconds(error);
        if (wait === undefined || tried >= TRIES) throw error;
        await pauseUnless(signal, Math.max(wait * 1000, retryDelayMs * 2 ** (tried - 1)));
      }
    }
  }

  async #ask(signal: AbortSignal): Promise<ChatReply> {
    const { client, model, request } = this.#of;
    const asked = { ...this.#abilities, output_limit: this.#outputLimit() };
    const left = new AbortController();
    const options = { signal: AbortSignal.any([signal, left.signal]) };
    const body = bodyOf(request, model.model_id, asked);
    const response = await client.chat.completions.create(body, options).asResponse();
    const answer = await this.#answerOf(response, left, signal);
    const reply = answer === undefined ? undefined : replyOf(answer, request, asked);
    if (reply !== undefined) return reply;
    throw new AppError(
      "model-unavailable",
      "The endpoint answered with something that is no chat completion. Check api_base.",
    );
  }

  /** Whole or as a stream, whichever was asked for: some endpoints know only one of them and say nothing. */
  async #answerOf(
    response: Response,
    left: AbortController,
    signal: AbortSignal,
  ): Promise<unknown> {
    if (!isEventStream(response)) return parsed(await response.text());
    const { client, idleMs = IDLE_MS } = this.#of;
    const events = Stream.fromSSEResponse<unknown>(response, left, client);
    return await wholeAnswer(events, { idleMs, signal, leave: () => left.abort() });
  }

  #without(error: unknown): ModelAbilities | undefined {
    const { tools, response_schema, tools_in_words } = this.#of.request;
    return abilitiesWithout(error, this.#abilities, {
      tools: tools.length > 0 && tools_in_words !== true && this.#abilities.tools !== false,
      schema: response_schema !== undefined && this.#abilities.json_schema !== false,
    });
  }

  /** Newer models know only the one name, older endpoints only the other. */
  #outputLimit(): "max_completion_tokens" | "max_tokens" {
    const isAzure = this.#of.model.provider === "azure";
    return this.#abilities.output_limit ?? (isAzure ? "max_completion_tokens" : "max_tokens");
  }
}

/** `undefined` when the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Waits, but not beyond the exchange's own time. */
async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  if (!signal.aborted) await Promise.race([pause(ms), aborted]);
  signal.throwIfAborted();
}

/** Azure says neither what it counted nor what it minded. */
const filtered = (abilities: ModelAbilities): ChatReply => ({
  text: null,
  tool_calls: [],
  finish: "content_filter",
  usage: null,
  answered_by: "",
  abilities,
});

async function clientOf(
  model: ModelRecord,
  { keys, credential, outboundFetch = fetch }: OpenAiOptions,
  signal: AbortSignal,
): Promise<OpenAI> {
  const apiKey = await keyOf(model, keys);
  const base = model.api_base.replace(/\/+$/, "");
  // Nothing is taken from the environment: the client would send what it finds there.
  const common = {
    maxRetries: 0,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: "off" as const,
    fetch: createBoundedFetch(model.auth !== "none", signal, outboundFetch),
  };
  if (model.provider !== "azure") {
    return new OpenAI({ ...common, adminAPIKey: null, apiKey: apiKey ?? "none", baseURL: base });
  }
  const baseURL = base.endsWith("/openai") ? base : `${base}/openai`;
  const apiVersion = model.api_version ?? API_VERSION;
  const azure = { ...common, baseURL, apiVersion, deployment: model.model_id };
  if (apiKey !== undefined) return new AzureOpenAI({ ...azure, apiKey });
  if (credential === undefined || !isAzureEndpoint(model.api_base)) {
    throw new AppError("model-unavailable", "The model has no key, and no identity can be used.");
  }
  return new AzureOpenAI({ ...azure, azureADTokenProvider: () => tokenOf(credential, signal) });
}

async function tokenOf(credential: TokenCredential, abortSignal: AbortSignal): Promise<string> {
  try {
    const token = await credential.getToken(SCOPE, { abortSignal });
    if (token !== null) return token.token;
  } catch (cause) {
    const detail = "The deployment's identity cannot sign in to the model's endpoint.";
    throw new AppError("model-unavailable", detail, { cause });
  }
  throw new AppError("model-unavailable", "The deployment has no identity to sign in with.");
}

/** A key that cannot be opened is the model's trouble, not the store's. */
async function keyOf(model: ModelRecord, keys: KeyWrapper): Promise<string | undefined> {
  if (model.auth !== "api_key" || model.api_key === undefined) return undefined;
  const place = {
    tenant_id: model.tenant_id,
    subject_id: `model:${model.model_name}`,
    field: "api_key",
  };
  try {
    return await open(model.api_key, place, keys);
  } catch (cause) {
    const detail =
      "The stored key of the model cannot be read; an administrator must enter it again.";
    throw new AppError("model-unavailable", detail, { cause });
  }
}
