/** The Log Analytics query API over the rows of workspaces. */
import { z } from "zod";

import { KqlRefusal } from "../../shared/kql/engine/refusal.ts";
import type { Entra, Registration } from "./entra.ts";
import type { Fault } from "./faults.ts";
import { answerMetadata } from "./metadata.ts";
import { firstTable, queryError, unresolved } from "./queryErrors.ts";
import type { QueryAnswer } from "./queryMessages.ts";
import { queryPool } from "./queryPool.ts";
import { createThrottle, type Limits } from "./throttle.ts";
import { parseTimespan, type Span } from "./timespan.ts";
import {
  bearerOf,
  json,
  serviceError,
  statusError,
  type WireReply,
  type WireRequest,
} from "./wireReply.ts";
import type { Workspace } from "./workspace.ts";

/** Log Analytics returns no more rows than this, and says so in a partial error. */
const MAX_ROWS = 500_000;
/** Tokens for either name of the service open it. */
const SERVICES = ["https://api.loganalytics.io", "https://api.loganalytics.azure.com"];
const DEFAULT_WAIT_SECONDS = 180;
const MAX_WAIT_SECONDS = 600;
/** A laptop is no cluster: whatever a caller is ready to wait, a query ends after this long. */
const RUN_SECONDS_MAX = 30;
const DEFAULT_LATE_MS = 600_000;
const BEGINNING = new Date("0001-01-01T00:00:00Z");

const QueryBody = z.looseObject({
  query: z.string(),
  timespan: z.string().nullish(),
  workspaces: z.array(z.string()).nullish(),
});

export interface LogAnalytics {
  answer(request: WireRequest, faults: readonly Fault[]): Promise<WireReply>;
}

export function createLogAnalytics(
  workspaces: readonly Workspace[],
  entra: Entra,
  limits: Limits,
): LogAnalytics {
  const throttle = createThrottle(limits);
  return {
    answer: async (request, faults) => {
      const [, workspaceId, what] =
        /^\/v1\/workspaces\/([^/]+)\/(query|metadata)$/.exec(request.url.pathname) ?? [];
      if (workspaceId === undefined || !["GET", "POST"].includes(request.method))
        return serviceError(404, "PathNotFoundError", "The requested path does not exist");
      const access = allow(workspaces, entra, request, decodeURIComponent(workspaceId));
      if ("status" in access) return access;
      if (what === "metadata") return answerMetadata(access);
      return throttle.run(access.clientId, access.now().getTime(), () =>
        answerQuery(access, request, faults),
      );
    },
  };
}

/** The workspace, when the token is good and its application belongs to the workspace's tenant. */
function allow(
  workspaces: readonly Workspace[],
  entra: Entra,
  request: WireRequest,
  workspaceId: string,
): Workspace | WireReply {
  const challenge = {
    "www-authenticate": "Bearer authorization_uri=https://login.microsoftonline.com",
  };
  const holder: Registration | undefined = entra.holderOf(bearerOf(request), SERVICES);
  if (holder === undefined) return statusError(401, challenge);
  const workspace = workspaces.find((one) => one.workspaceId === workspaceId.toLowerCase());
  if (workspace === undefined) return statusError(404);
  const isOwn =
    workspace.azureTenantId === holder.azureTenantId && workspace.clientId === holder.clientId;
  return isOwn ? workspace : statusError(403);
}

/** The service takes a query in the address, too; it answers a body that is not JSON with nothing at all. */
function readBody(request: WireRequest): z.infer<typeof QueryBody> | undefined {
  if (request.method === "GET")
    return QueryBody.safeParse(Object.fromEntries(request.url.searchParams)).data;
  if (!(request.headers["content-type"] ?? "").includes("json")) return undefined;
  try {
    return QueryBody.parse(JSON.parse(request.body));
  } catch {
    return undefined;
  }
}

/** `Prefer: wait=180,include-statistics=true`. */
function preferencesOf(request: WireRequest): {
  waitSeconds: number;
  statistics: boolean;
  render: boolean;
  dataSources: boolean;
} {
  const prefer = request.headers["prefer"] ?? "";
  const wait = Number(/(?:^|[,;\s])wait=(\d+)/i.exec(prefer)?.[1] ?? DEFAULT_WAIT_SECONDS);
  return {
    waitSeconds: Math.min(Math.max(wait, 1), MAX_WAIT_SECONDS),
    statistics: /include-statistics=true/i.test(prefer),
    render: /include-render=true/i.test(prefer),
    dataSources: /include-dataSources=true/i.test(prefer),
  };
}

async function answerQuery(
  workspace: Workspace,
  request: WireRequest,
  faults: readonly Fault[],
): Promise<WireReply> {
  const body = readBody(request);
  if (body === undefined) return { status: 200, body: "" };
  // Better refused than answered from one workspace as if it were all of them.
  if (body.workspaces?.some((one) => !isItself(workspace, one)) === true)
    return serviceError(400, "BadArgumentError", "Queries across workspaces are not simulated");
  workspace.tick();
  if (isEmpty(workspace)) return { status: 204, body: "" };
  const now = workspace.now();
  const span = spanOf(body.timespan ?? undefined, now, faults);
  if (span === undefined)
    return serviceError(400, "BadArgumentError", "The request had some invalid properties", {
      code: "InvalidTimespanError",
      message: `The timespan '${body.timespan ?? ""}' is not a valid ISO 8601 interval`,
    });
  const missing = missingTable(workspace, body.query, faults);
  if (missing !== undefined) return unresolved(missing);
  const { waitSeconds, statistics, render, dataSources } = preferencesOf(request);
  try {
    const answer = await queryPool().run(workspace, {
      query: body.query,
      options: {
        now,
        timespan: span,
        maxRows: MAX_ROWS,
        deadlineMs: Math.min(waitSeconds, RUN_SECONDS_MAX) * 1000,
      },
      faults: faults.map(({ kind }) => kind),
    });
    return withRows(answer, {
      ...(statistics ? { statistics: statisticsOf(answer) } : {}),
      ...(render ? { render: {} } : {}),
      ...(dataSources ? { dataSources: [{ resourceId: workspace.workspaceId }] } : {}),
      ...partialErrorOf(answer, faults),
    });
  } catch (error) {
    if (error instanceof KqlRefusal) return queryError(error, body.query);
    throw error;
  }
}

const isItself = ({ workspaceId, name }: Workspace, asked: string): boolean =>
  [workspaceId, name].includes(asked.toLowerCase());

const isEmpty = ({ schema, tables }: Workspace): boolean =>
  Object.keys(schema).every((table) => tables.rowCount(table) === 0);

/** The table that the query names and a fault takes away. */
function missingTable(
  { schema }: Workspace,
  query: string,
  faults: readonly Fault[],
): string | undefined {
  const fault = faults.find(({ kind }) => kind === "missing_table");
  if (fault === undefined) return undefined;
  const table = fault.table ?? firstTable(query, schema);
  return table !== undefined && query.includes(table) ? table : undefined;
}

/** The bounds that are imposed besides the query's own. Undefined when the text is no timespan. */
function spanOf(
  timespan: string | undefined,
  now: Date,
  faults: readonly Fault[],
): Span | undefined {
  const asked =
    timespan === undefined ? { from: BEGINNING, to: now } : parseTimespan(timespan, now);
  const late = faults.find(({ kind }) => kind === "late_rows");
  if (asked === undefined || late === undefined) return asked;
  const newest = now.getTime() - (late.delay_ms ?? DEFAULT_LATE_MS);
  return { from: asked.from, to: new Date(Math.min(asked.to.getTime(), newest)) };
}

/** The reply's rows come written down already: only what stands around them is written here. */
function withRows({ columns, rows }: QueryAnswer, more: object): WireReply {
  const head = JSON.stringify({ name: "PrimaryResult", columns }).slice(0, -1);
  const tail = JSON.stringify(more).slice(1, -1);
  const { headers } = json(200, {});
  const body = `{"tables":[${head},"rows":${rows}}]${tail === "" ? "" : `,${tail}`}}`;
  return { status: 200, ...(headers === undefined ? {} : { headers }), body };
}

const CUTS = {
  rows: `The results of this query exceed the set limit of ${MAX_ROWS} records, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).`,
  bytes:
    "The results of this query exceed the set limit of 104857600 bytes, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).",
} as const;

function partialErrorOf({ cut }: QueryAnswer, faults: readonly Fault[]): object {
  const isPartial = faults.some(({ kind }) => kind === "partial");
  if (!isPartial && cut === undefined) return {};
  const message =
    cut === undefined
      ? "The query stopped on one of the nodes: the result is incomplete."
      : CUTS[cut];
  return {
    error: {
      code: "PartialError",
      message: "There were some errors when processing your query.",
      details: [
        { code: "EngineError", message, innererror: { code: "-2133196797", message, severity: 2 } },
      ],
    },
  };
}

const statisticsOf = (answer: QueryAnswer): object => ({
  query: {
    executionTime: answer.durationMs / 1000,
    resourceUsage: {},
    inputDatasetStatistics: {
      extents: { total: 1, scanned: 1 },
      rows: { scanned: answer.scannedRows },
    },
    datasetStatistics: [{ tableRowCount: answer.rowCount, tableSize: answer.rows.length }],
  },
});
