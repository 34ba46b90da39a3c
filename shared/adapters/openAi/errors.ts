/** What an endpoint's failures mean, in words an administrator can act on. Nothing of a request or an answer is in them. */
import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import type { ModelAbilities } from "../../schemas/models.ts";
import { AnswerTooLarge } from "./boundedFetch.ts";
import { BrokenOff } from "./streamedAnswer.ts";

/** Longest wait that an endpoint may ask for, in seconds; who asks for longer is not waited for. */
const RETRY_AFTER_SECONDS_MAX = 20;
/** Statuses with which endpoints refuse what they do not know. */
const NOT_UNDERSTOOD: ReadonlySet<number> = new Set([400, 404, 415, 422, 500, 501]);

const isAborted = (error: unknown): boolean =>
  error instanceof APIUserAbortError ||
  (error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError")) ||
  (error instanceof Error && error.cause !== undefined && isAborted(error.cause));

const isTooLarge = (error: unknown): boolean =>
  error instanceof AnswerTooLarge ||
  (error instanceof Error && error.cause !== undefined && isTooLarge(error.cause));

/** How long to wait before the next try, in seconds; `undefined` when another try is of no use. */
export function retryAfterSeconds(error: unknown): number | undefined {
  if (isTooLarge(error) || isAborted(error)) return undefined;
  if (error instanceof APIConnectionError || error instanceof BrokenOff) return 0;
  const status = error instanceof APIError ? error.status : undefined;
  if (status === undefined || (status !== 408 && status !== 429 && status < 500)) return undefined;
  const asked = askedSeconds(error);
  return asked !== undefined && asked > RETRY_AFTER_SECONDS_MAX ? undefined : (asked ?? 0);
}

/** What Retry-After asks for; `undefined` when it does not ask. */
function askedSeconds(error: unknown): number | undefined {
  const headers = error instanceof APIError ? error.headers : undefined;
  const { data: ms } = z.coerce.number().nonnegative().safeParse(headers?.get("retry-after-ms"));
  if (headers?.get("retry-after-ms") != null && ms !== undefined) return ms / 1000;
  const text = headers?.get("retry-after");
  if (text == null) return undefined;
  const { data: seconds } = z.coerce.number().nonnegative().safeParse(text);
  return seconds;
}

/** Azure's filter refuses what is asked with 400, or breaks off a stream with an error; attack text trips it. */
export function isContentFilter(error: unknown): boolean {
  if (error instanceof BrokenOff) return isContentFilter(error.cause);
  if (!(error instanceof APIError)) return false;
  if (error.status !== undefined && error.status !== 400) return false;
  if (error.code === "content_filter") return true;
  const inner = z
    .looseObject({ innererror: z.looseObject({ code: z.string() }) })
    .safeParse(error.error);
  return inner.data?.innererror.code === "ResponsibleAIPolicyViolation";
}

/**
 * What the endpoint did not understand of a request, as abilities without it; `undefined` when it was something else. The
 * wire has no code for it: the parameter's name, or the sentence that names it, is all there is.
 */
export function abilitiesWithout(
  error: unknown,
  abilities: ModelAbilities,
  sent: { tools: boolean; schema: boolean },
): ModelAbilities | undefined {
  if (!(error instanceof APIError) || !NOT_UNDERSTOOD.has(error.status ?? 0)) return undefined;
  const named = `${error.param ?? ""} ${error.message}`.toLowerCase();
  if (/max_(?:completion_)?tokens/.test(named) && abilities.output_limit === null) {
    const other = named.includes("max_completion_tokens") && !named.includes("use 'max_completion");
    return { ...abilities, output_limit: other ? "max_tokens" : "max_completion_tokens" };
  }
  const without = streamingWithout(named, abilities);
  if (without !== undefined) return without;
  if (sent.schema && /response_format|json_schema|structured output/.test(named)) {
    return { ...abilities, json_schema: false };
  }
  return sent.tools && /tool|function/.test(named) ? { ...abilities, tools: false } : undefined;
}

function streamingWithout(named: string, abilities: ModelAbilities): ModelAbilities | undefined {
  const { streaming } = abilities;
  if (streaming === "none" || !/stream|include_usage/.test(named)) return undefined;
  const isUsage = /stream_options|include_usage/.test(named) && streaming !== "without_usage";
  return { ...abilities, streaming: isUsage ? "without_usage" : "none" };
}

const BY_STATUS: Readonly<Record<number, string>> = {
  401: "The model's endpoint does not accept the key or identity. Enter the key again.",
  403: "The model's endpoint does not let this key or identity use the model.",
  404: "The model's endpoint has no such model, deployment or path. Check model_id and api_base.",
};

/** Our own failure, however deep the client has wrapped it. */
function expected(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  return error instanceof Error ? expected(error.cause) : undefined;
}

/** @param seconds how long was waited in all. */
export function translated(error: unknown, seconds: number): AppError {
  const known = expected(error);
  if (known !== undefined) return known;
  const options = { cause: error };
  if (isTooLarge(error)) {
    return new AppError("model-too-large", "The model's answer was longer than is read.", options);
  }
  if (isAborted(error)) {
    const detail = `The model did not answer within ${Math.max(1, Math.round(seconds))} seconds.`;
    return new AppError("model-timeout", detail, options);
  }
  if (error instanceof BrokenOff) return brokenOff(error);
  const status = error instanceof APIError ? error.status : undefined;
  if (status === 429) {
    const asked = askedSeconds(error);
    const wait = asked === undefined ? "" : `; try again in ${Math.ceil(asked)} seconds`;
    return new AppError("model-rate-limited", `The model's endpoint is at its limit${wait}.`, {
      ...options,
      ...(asked !== undefined && { retryAfterSeconds: asked }),
    });
  }
  return new AppError("model-unavailable", unavailable(status), options);
}

/** What ended a stream: the connection, the endpoint with an error in its midst, or silence. */
function brokenOff(error: BrokenOff): AppError {
  const options = { cause: error };
  const { cause } = error;
  if (
    cause instanceof APIError &&
    /rate_limit|429/.test(`${cause.code ?? ""} ${cause.type ?? ""}`)
  ) {
    const detail = "The model's endpoint is at its limit; it broke off its answer.";
    return new AppError("model-rate-limited", detail, options);
  }
  if (cause instanceof SyntaxError) {
    const detail = "The endpoint answered with something that is no chat completion.";
    return new AppError("model-broken-off", detail, options);
  }
  const detail = "The model's endpoint broke off in the middle of its answer.";
  return new AppError("model-broken-off", detail, options);
}

function unavailable(status: number | undefined): string {
  if (status === undefined) return "The model's endpoint cannot be reached.";
  if (status >= 300 && status < 400) {
    return "The model's endpoint redirects elsewhere; redirects are not followed. Enter its final address.";
  }
  return BY_STATUS[status] ?? `The model's endpoint answered ${status}.`;
}
