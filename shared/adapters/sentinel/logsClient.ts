/** Queries over the client library of Log Analytics: bounded in time, failures untranslated. */
import { randomUUID } from "node:crypto";

import type { HttpClient } from "@azure/core-rest-pipeline";
import type { TokenCredential } from "@azure/identity";
import { LogsQueryClient } from "@azure/monitor-query-logs";

import { type Answer, answersPolicy, deadlinePolicy, readAnswer } from "./answers.ts";
import { scopeOf } from "./connectionClouds.ts";
import { exactRowsPolicy, type ExactTable, REQUEST_ID } from "./exactRows.ts";

export interface LogsClientOptions {
  readonly httpClient?: HttpClient;
  readonly retryOptions: {
    readonly maxRetries: number;
    readonly retryDelayInMs?: number;
    readonly maxRetryDelayInMs?: number;
  };
}

export interface LogsQuery {
  readonly workspaceId: string;
  readonly kql: string;
  readonly span: { startTime: Date; endTime: Date };
  readonly limitMs: number;
}

export interface LogsClient {
  /** @throws what the library throws: `translate` says it in our words. */
  query(query: LogsQuery): Promise<Answer>;
}

/** @param logs the service's address in the provider's cloud. */
export function createLogsClient(
  credential: TokenCredential,
  logs: string,
  options: LogsClientOptions,
): LogsClient {
  const kept = new Map<string, ExactTable>();
  const client = new LogsQueryClient(credential, {
    ...options,
    endpoint: `${logs}/v1`,
    // The library takes an `audience` and ignores it.
    credentials: { scopes: [scopeOf(logs)] },
    additionalPolicies: [
      { policy: deadlinePolicy, position: "perCall" },
      { policy: exactRowsPolicy(kept), position: "perCall" },
      { policy: answersPolicy, position: "perRetry" },
    ],
  });
  return {
    query: async ({ workspaceId, kql, span, limitMs }) => {
      const id = randomUUID();
      try {
        const result = await client.queryWorkspace(workspaceId, kql, span, {
          serverTimeoutInSeconds: Math.ceil(limitMs / 1000),
          includeQueryStatistics: true,
          // The library forwards no abort signal; deadlinePolicy makes one of this.
          requestOptions: { timeout: limitMs, headers: { [REQUEST_ID]: id } },
        });
        return readAnswer(result, kept.get(id));
      } finally {
        kept.delete(id);
      }
    },
  };
}
