/** Runs queries on the workspaces of providers: signed in, bounded in time, few at once, failures in our words. */
import type { HttpClient } from "@azure/core-rest-pipeline";

import { AppError } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KeyWrapper } from "../../ports/keyWrapper.ts";
import type { QueryBudget } from "../../ports/queryBudget.ts";
import type { JsonObject } from "../../schemas/json.ts";
import type { TimeRange } from "../../schemas/kql.ts";
import type { SiemProvider } from "../../schemas/providers.ts";
import type { Answer } from "./answers.ts";
import { type Clients, createClients } from "./clients.ts";
import { isSignInSpent, translate } from "./errors.ts";
import { createQueryGate, type QueryKind } from "./queryGate.ts";
import { namedRows } from "./rows.ts";

export interface SentinelOptions {
  clock: Clock;
  keys: KeyWrapper;
  /** Reaches a workspace that is not at the public address; undefined: the network. */
  httpClient?: HttpClient;
  managedIdentityClientId?: string;
  /** What other instances ask of the same workspaces; undefined: there is no other. */
  budget?: QueryBudget;
  /** Wait before the first retry, in milliseconds. */
  retryDelayMs?: number;
}

export interface WorkspaceRequest {
  readonly kql: string;
  readonly timespan: TimeRange;
  readonly timeoutMs: number;
  /** Default: other. */
  readonly kind?: QueryKind;
}

/** Rows may be ingested long after the change they tell of: TimeGenerated is then later than the range. */
const LATE_MS = 86_400_000;
/** SecurityIncident rows are stamped slightly before or after LastModifiedTime. */
const EARLY_MS = 3_600_000;
const OWN_TIMEOUT_MS = 60_000;
/** Log Analytics ends any query after ten minutes. */
const MAX_TIMEOUT_MS = 600_000;

const shifted = (time: string, ms: number): string =>
  new Date(new Date(time).getTime() + ms).toISOString();

/** The range with room for rows that were ingested late. */
const withLateRows = (range: TimeRange): TimeRange => ({
  from: shifted(range.from, -EARLY_MS),
  to: shifted(range.to, LATE_MS),
});

export interface TimedAnswer extends Answer {
  /** How long the query took, as the service says; otherwise the call, without the wait for a place. */
  readonly durationMs: number;
}

export interface WorkspaceReader {
  /** What the workspace answers, a partial error included. */
  answer(provider: SiemProvider, request: WorkspaceRequest): Promise<TimedAnswer>;
  /**
   * All rows of one of the adapter's own queries, by column name.
   * @throws AppError `siem-unavailable` also for a partial answer: half of the rows is never taken for all.
   */
  rows(
    provider: SiemProvider,
    kql: string,
    range: TimeRange,
    options?: { isSync: boolean },
  ): Promise<JsonObject[]>;
}

export function createWorkspaceReader(options: SentinelOptions): WorkspaceReader {
  const clients = createClients({ retryDelayMs: 300, ...options });
  const gate = createQueryGate();
  const answer: WorkspaceReader["answer"] = (provider, request) => {
    const { workspace_id } = provider;
    const { kind = "other" } = request;
    return gate.enter(workspace_id, kind, async () => {
      const place = await options.budget?.take(workspace_id, kind === "sync");
      try {
        return await ask(clients, provider, request);
      } finally {
        await place?.release();
      }
    });
  };
  return {
    answer,
    rows: async (provider, kql, range, { isSync } = { isSync: false }) => {
      const kind = isSync ? "sync" : "other";
      const request = {
        kql,
        timespan: withLateRows(range),
        timeoutMs: OWN_TIMEOUT_MS,
        kind,
      } as const;
      const reply = await answer(provider, request).catch((error: unknown) => {
        throw explainRefusal(error);
      });
      if (reply.partialError !== undefined)
        throw new AppError(
          "siem-unavailable",
          `Log Analytics answered only in part, and nothing of it was taken: ${reply.partialError}`,
        );
      return [...namedRows(reply)];
    },
  };
}

async function ask(
  clients: Clients,
  provider: SiemProvider,
  { kql, timespan, timeoutMs }: WorkspaceRequest,
): Promise<TimedAnswer> {
  const limitMs = Math.min(timeoutMs, MAX_TIMEOUT_MS);
  const client = await clients.of(provider);
  const startedAt = performance.now();
  try {
    const answer = await client.query({
      workspaceId: provider.workspace_id,
      kql,
      span: { startTime: new Date(timespan.from), endTime: new Date(timespan.to) },
      limitMs,
    });
    return { ...answer, durationMs: answer.serviceMs ?? performance.now() - startedAt };
  } catch (error) {
    if (isSignInSpent(error)) clients.forget(provider);
    throw translate(error, provider);
  }
}

/** The adapter's own text is right for every Sentinel workspace: a refusal means that this is none. */
function explainRefusal(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "kql-refused") return error;
  return new AppError(
    "siem-unavailable",
    `${error.detail} Is Microsoft Sentinel enabled on this workspace, and does it keep SecurityIncident and SecurityAlert?`,
    { cause: error },
  );
}
