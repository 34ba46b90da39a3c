/** What a workspace answered, in the shape the rest of the adapter reads. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { LogsQueryResult } from "@azure/monitor-query-logs";

import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import type { Json } from "../../schemas/json.ts";
import type { KqlColumn } from "../../schemas/kql.ts";
import type { ExactTable } from "./exactRows.ts";
import { lastWordsIn } from "./serviceWords.ts";

export interface Answer {
  readonly columns: KqlColumn[];
  readonly rows: Json[][];
  /** The service's words when it answered in part. */
  readonly partialError?: string;
  /** How long the service worked on it; undefined: it does not say. */
  readonly serviceMs?: number;
}

const Statistics = z.looseObject({ query: z.looseObject({ executionTime: z.number() }) });

/** Longer waits are for the caller's schedule; a call does not sleep through them. */
const LONGEST_WAIT_SECONDS = 2;

/** An empty workspace: 204, which the client library does not expect. */
const EMPTY_BODY = JSON.stringify({ tables: [] });

/**
 * Stands under the library's retries: an empty workspace becomes an answer without tables, and a request to wait
 * becomes an error that tells how long, instead of a call that sleeps.
 */
export const answersPolicy: PipelinePolicy = {
  name: "socmateAnswers",
  async sendRequest(request, next) {
    const response = await next(request);
    if (response.status === 204) return { ...response, status: 200, bodyAsText: EMPTY_BODY };
    // The query itself took too long: twice again it would only take as long.
    if (response.status === 504) throw gaveUp(response.bodyAsText ?? "");
    const seconds = retryAfterSeconds(response.headers.get("retry-after"));
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || seconds === undefined || seconds <= LONGEST_WAIT_SECONDS) return response;
    throw busy("Log Analytics", response.status, seconds);
  },
};

/** The error for a query that the service ended after its time. */
const gaveUp = (body: string): AppError =>
  new AppError(
    "query-timeout",
    `Log Analytics gave up on the query (504). ${lastWordsIn(body) ?? ""}`.trim(),
  );

/** Stands above the library's retries: the request's timeout bounds signing in, every try and the waits between. */
export const deadlinePolicy: PipelinePolicy = {
  name: "socmateDeadline",
  sendRequest: (request, next) => {
    if (request.timeout > 0) request.abortSignal = AbortSignal.timeout(request.timeout);
    return next(request);
  },
};

/** The error for a service that does not take the call now. @param seconds its Retry-After; `undefined` without one. */
export function busy(service: string, status: number, seconds: number | undefined): AppError {
  const state = status === 429 ? "is throttling requests" : "is unavailable";
  const when = seconds === undefined ? "later" : `in ${seconds} seconds`;
  return new AppError(
    "siem-unavailable",
    `${service} ${state} (${status}). Try again ${when}.`,
    seconds === undefined ? {} : { retryAfterSeconds: seconds },
  );
}

/** Reads a Retry-After given in seconds. Undefined when it is absent or a date. */
export function retryAfterSeconds(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header.trim()) ? Number(header) : undefined;
}

/** An answer of its first table; undefined: it has none, as that of an empty workspace. */
export function readAnswer(result: LogsQueryResult, table: ExactTable | undefined): Answer {
  const { columns, rows } = table ?? { columns: [], rows: [] };
  const seconds = Statistics.safeParse(result.statistics).data?.query.executionTime;
  const spent = seconds === undefined ? {} : { serviceMs: seconds * 1_000 };
  if (!("partialError" in result)) return { columns, rows, ...spent };
  const { code, message, details = [] } = result.partialError;
  const more = details.map((detail) => detail.message).filter((text) => text !== message);
  return { columns, rows, ...spent, partialError: [`${code}: ${message}`, ...more].join(" ") };
}
