/** Whether a workspace answers queries, and has incidents to read. */
import type { TokenCredential } from "@azure/identity";

import { AppError } from "../../domain/errors.ts";
import { plusMs } from "../../domain/time.ts";
import type { SiemProvider } from "../../schemas/providers.ts";
import type { Answer } from "./answers.ts";
import { translate } from "./errors.ts";
import { createLogsClient, type LogsClient } from "./logsClient.ts";
import type { SentinelOptions } from "./workspaceReader.ts";

const LOOK_BACK_DAYS = 30;
const DAY_MS = 86_400_000;
const INCIDENTS_QUERY = "SecurityIncident | summarize Rows = count()";

/** Tries once: a test tells what happens, it does not wait until it works. */
export function logsClient(
  options: SentinelOptions,
  credential: TokenCredential,
  logs: string,
): LogsClient {
  return createLogsClient(credential, logs, {
    ...(options.httpClient !== undefined && { httpClient: options.httpClient }),
    retryOptions: { maxRetries: 0 },
  });
}

/** Whether the workspace answers at all. */
export async function checkQuery(
  client: LogsClient,
  provider: SiemProvider,
  now: Date,
  limitMs: number,
): Promise<string> {
  const { rows } = await ask(client, provider, "print Answer = 1", { now, limitMs });
  return rows.length > 0
    ? "The workspace answers queries."
    : "The workspace answers; it holds no data yet.";
}

/** Whether the table of incidents is there. */
export async function checkIncidents(
  client: LogsClient,
  provider: SiemProvider,
  now: Date,
  limitMs: number,
): Promise<string> {
  const answer = await ask(client, provider, INCIDENTS_QUERY, { now, limitMs }).catch(
    (error: unknown) => {
      const told = translate(error, provider);
      if (told.code !== "kql-refused") throw told;
      throw new AppError(
        "siem-unavailable",
        "The workspace has no table SecurityIncident. Enable Microsoft Sentinel on it (Azure portal > Microsoft Sentinel > Create).",
        { cause: error },
      );
    },
  );
  if (answer.partialError !== undefined)
    throw new AppError(
      "siem-unavailable",
      `Log Analytics answered only in part: ${answer.partialError}`,
    );
  const rows = Number(answer.rows[0]?.[0] ?? 0);
  return rows > 0
    ? `SecurityIncident can be read: ${rows} rows of the last ${LOOK_BACK_DAYS} days.`
    : `SecurityIncident can be read, and holds nothing of the last ${LOOK_BACK_DAYS} days.`;
}

async function ask(
  client: LogsClient,
  provider: SiemProvider,
  kql: string,
  { now, limitMs }: { now: Date; limitMs: number },
): Promise<Answer> {
  const span = { startTime: plusMs(now, -LOOK_BACK_DAYS * DAY_MS), endTime: now };
  return client.query({ workspaceId: provider.workspace_id, kql, span, limitMs });
}
