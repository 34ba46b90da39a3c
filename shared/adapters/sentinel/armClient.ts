/** One call to Resource Manager at a workspace's SecurityInsights: signed in, bounded, with what a failure means. */
import type { TokenCredential } from "@azure/identity";
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";

import { AppError } from "../../domain/errors.ts";
import { pause } from "../../ports/patience.ts";
import { Json, type JsonObject } from "../../schemas/json.ts";
import type { SiemProvider } from "../../schemas/providers.ts";
import { busy, retryAfterSeconds } from "./answers.ts";
import { workspacePath } from "./connectionArm.ts";
import { CLOUDS } from "./connectionClouds.ts";
import { signIn, testCredential } from "./connectionSignIn.ts";
import type { SentinelOptions } from "./workspaceReader.ts";

export const ARM = "Azure Resource Manager";
const API = "2025-09-01";
const TIMEOUT_MS = 15_000;
/** Tries of a call in all, where a repetition cannot do harm. */
const TRIES_MAX = 3;
/** Longer waits are for the caller: a call does not sleep through them. */
const LONGEST_WAIT_SECONDS = 2;
const RETRY_DELAY_MS = 300;

export interface ArmCall {
  method: "GET" | "PUT";
  /** Below `…/providers/Microsoft.SecurityInsights`, e.g. `/incidents/<guid>`. */
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: JsonObject;
}

/** `lost`: the call went out, and no answer came that tells what became of it. */
export type ArmReply =
  | { kind: "answer"; status: number; body: Json }
  | { kind: "lost"; why: string };

export type ArmClient = (provider: SiemProvider, call: ArmCall) => Promise<ArmReply>;

export interface ArmOptions extends SentinelOptions {
  /** For one call, in milliseconds. */
  armTimeoutMs?: number;
}

/**
 * Reads are tried again when they get lost; a write never is. A call that was not taken (429, 401) is sent again when
 * the wait is short.
 */
export function createArmClient(options: ArmOptions): ArmClient {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  const httpClient = options.httpClient ?? createDefaultHttpClient();
  const credentials = new Map<string, { updatedAt: string; credential: TokenCredential }>();
  const timeoutMs = options.armTimeoutMs ?? TIMEOUT_MS;
  const delayMs = options.retryDelayMs ?? RETRY_DELAY_MS;

  const credentialOf = async (provider: SiemProvider): Promise<TokenCredential> => {
    const key = `${provider.tenant_id}/${provider.id}`;
    const known = credentials.get(key);
    if (known?.updatedAt === provider.updated_at) return known.credential;
    const credential = await testCredential(options, provider);
    credentials.set(key, { updatedAt: provider.updated_at, credential });
    return credential;
  };

  const sendOnce = async (provider: SiemProvider, call: ArmCall): Promise<PipelineResponse> => {
    const abortSignal = AbortSignal.timeout(timeoutMs);
    const token = await signIn(
      await credentialOf(provider),
      provider,
      CLOUDS[provider.cloud].arm,
      abortSignal,
    );
    const request = createPipelineRequest({
      url: urlOf(provider, call),
      method: call.method,
      headers: createHttpHeaders({
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(call.body !== undefined && { "content-type": "application/json" }),
      }),
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      abortSignal,
    });
    return await pipeline.sendRequest(httpClient, request);
  };

  return async (provider, call) => {
    for (let tried = 1; ; tried += 1) {
      const response = await sendOnce(provider, call).catch(lostOrThrow);
      if (response instanceof Lost) {
        if (call.method !== "GET" || tried === TRIES_MAX)
          return { kind: "lost", why: response.message };
        await pause(delayMs);
        continue;
      }
      const { status } = response;
      if (status === 401) credentials.delete(`${provider.tenant_id}/${provider.id}`);
      const waitMs = waitOf(response, tried, delayMs);
      const isSafe = call.method === "GET" || status === 401 || status === 429;
      if (waitMs === undefined || !isSafe) return replyOf(response);
      await pause(waitMs);
    }
  };
}

class Lost extends Error {}

/** A connection that broke or took too long leaves open what happened; anything else (no token) was before the call. */
function lostOrThrow(error: unknown): Lost {
  if (error instanceof AppError) throw error;
  const isTimeout =
    error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return new Lost(
    isTimeout ? `${ARM} did not answer in time.` : `The connection to ${ARM} failed${code}.`,
  );
}

/** How long to wait before the call is sent again; undefined when it is not worth it. */
function waitOf(
  { status, headers }: PipelineResponse,
  tried: number,
  delayMs: number,
): number | undefined {
  if (tried >= TRIES_MAX) return undefined;
  if (status === 401) return tried === 1 ? 0 : undefined;
  if (status !== 429 && status < 500) return undefined;
  const seconds = retryAfterSeconds(headers.get("retry-after"));
  if (seconds === undefined) return delayMs;
  return seconds <= LONGEST_WAIT_SECONDS ? seconds * 1000 : undefined;
}

/** @throws AppError `siem-unavailable` for a refusal to take the call. */
function replyOf({ status, headers, bodyAsText }: PipelineResponse): ArmReply {
  if (status === 429) throw busy(ARM, status, retryAfterSeconds(headers.get("retry-after")));
  if (status >= 500 || status === 408) return { kind: "lost", why: `${ARM} failed (${status}).` };
  const body = parse(bodyAsText ?? "");
  if (body === undefined && status < 300)
    return { kind: "lost", why: `${ARM} sent an answer that was cut off or cannot be read.` };
  return { kind: "answer", status, body: body ?? null };
}

function urlOf(provider: SiemProvider, { path, query }: ArmCall): string {
  const workspace = workspacePath(provider);
  if (workspace === undefined)
    throw new AppError("conflict", "The provider does not say where its workspace is in Azure.");
  const url = new URL(
    `${CLOUDS[provider.cloud].arm}${workspace}/providers/Microsoft.SecurityInsights${path}`,
  );
  for (const [name, value] of Object.entries({ "api-version": API, ...query }))
    url.searchParams.set(name, value);
  return url.href;
}

function parse(text: string): Json | undefined {
  try {
    return Json.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
