/** The API in process: two tenants that hold one of everything, real tokens, and the store behind them. */
import type { DatabaseSync } from "node:sqlite";

import { HttpRequest, InvocationContext } from "@azure/functions";

import { triggers } from "../../functions/contents.ts";
import { toHttpHandler } from "../../functions/kit/endpoint.ts";
import { pathOf } from "../../functions/kit/route.ts";
import { createSignIn } from "../../functions/kit/signIn.ts";
import { CONTOSO, type DemoTenant, FABRIKAM } from "../../local/demoTenants.ts";
import { plainKeys } from "../../local/workspace/testTenant.ts";
import type { RegisteredFunction } from "../../local/host/core.ts";
import { buildRouteTable, type RouteTable } from "../../local/host/routes.ts";
import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import { createSqliteWorkQueue } from "../../shared/adapters/sqlite/workQueue.ts";
import { AppError } from "../../shared/domain/errors.ts";
import { Json } from "../../shared/schemas/json.ts";
import type { Role } from "../../shared/schemas/principal.ts";
import { type ManualClock, type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { rememberingAnalyser } from "../../shared/testing/rememberingAnalyser.ts";
import { ScriptedIncidents } from "../../shared/testing/scriptedIncidents.ts";
import { type Records, seedTenant } from "./records.ts";
import { type TokenOffice, userOf } from "./tokens.ts";

export interface ApiRequest {
  method: string;
  /** With the query, e.g. `/api/v1/incidents?limit=5`. */
  path: string;
  /** Absent: nobody is signed in. */
  token?: string | undefined;
  /** Sent as JSON. */
  body?: Json | undefined;
  /** Sent as it is, instead of `body`. */
  raw?: string | Uint8Array | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

export interface ApiReply {
  status: number;
  headers: Headers;
  text: string;
  /** `null` for a reply without a body. */
  json: Json;
}

/** What the host itself answers where no function's route fits. */
const HOSTS_404: ApiReply = { status: 404, headers: new Headers(), text: "", json: null };

export interface World {
  deps: TestDeps;
  contoso: Records;
  fabrikam: Records;
  /** A good token of the tenant's person with this role, the same each time. */
  token(tenant: DemoTenant, role: Role): Promise<string>;
  /** Sends the request to the function that the Functions host would choose for it. */
  request(request: ApiRequest): Promise<ApiReply>;
  /** Every row of every table as text; of one tenant's rows only when it is given. */
  rows(tenant?: DemoTenant): string[];
  /** Changes with every row that is written. */
  version(): number;
}

export async function openWorld(office: TokenOffice, clock: ManualClock): Promise<World> {
  const database = openDatabase(":memory:");
  const base = testDeps({
    keys: plainKeys,
    clock,
    documents: createSqliteDocumentStore(database, clock),
    queue: createSqliteWorkQueue(database, clock),
    model: {
      chat: async () => {
        throw new AppError("model-unavailable", "No model answers here.");
      },
    },
    kql: rememberingAnalyser,
  });
  // Resource Manager has the incidents of the records and no others.
  base.siem.writer = new ScriptedIncidents(
    ({ workspace_id }, number) => number === (workspace_id === CONTOSO.workspaceId ? 4711 : 815),
  );
  base.siem.answers(() => ({ columns: [], rows: [], truncated: false, duration_ms: 1 }));
  const deps = { ...base, settings: { ...base.settings, auth: office.auth } };
  const handlers = handlersOf(deps);
  const table = routeTable();
  const tokens = new Map<string, string>();
  const send = async (request: ApiRequest): Promise<ApiReply> => {
    const name = reached(table, request.method, request.path);
    const handler = handlers.get(name ?? "");
    if (handler === undefined || name === undefined) return HOSTS_404;
    const context = new InvocationContext({ invocationId: "test", functionName: name });
    return await replyOf(await handler(incoming(request), context));
  };
  return {
    deps,
    contoso: await seedTenant(deps, CONTOSO, 4711),
    fabrikam: await seedTenant(deps, FABRIKAM, 815),
    async token(tenant, role) {
      const known = tokens.get(`${tenant.name} ${role}`);
      if (known !== undefined) return known;
      const token = await office.issue(userOf(tenant, role));
      // A person's first request is written down; what a test compares is the effect of the one after it.
      await send({ method: "GET", path: "/api/v1/me", token });
      tokens.set(`${tenant.name} ${role}`, token);
      return token;
    },
    request: send,
    version: () => Number(database.prepare("SELECT total_changes() AS changes").get()?.["changes"]),
    rows: (tenant) => dump(database).filter((row) => row.includes(tenant?.tenantId ?? "")),
  };
}

/** All HTTP functions of the app under the host's rule, as `register` registers them. */
export function routeTable(): RouteTable {
  return buildRouteTable(
    triggers.endpoints.map(({ name, method, route }): RegisteredFunction => {
      const trigger = {
        type: "httpTrigger",
        direction: "in",
        methods: [method],
        route: pathOf(route),
      };
      return {
        metadata: { name, bindings: { request: trigger } },
        callback: () => undefined,
        triggerName: "request",
        trigger,
      };
    }),
    "",
  );
}

/** Name of the function that the host's rule chooses; `undefined` when none fits. */
export function reached(table: RouteTable, method: string, path: string): string | undefined {
  const { pathname } = new URL(path, "http://127.0.0.1");
  return table.find(method, decoded(pathname))?.fn.metadata.name;
}

function decoded(pathname: string): string {
  try {
    return decodeURI(pathname);
  } catch {
    return pathname;
  }
}

function handlersOf(deps: TestDeps) {
  const authenticate = createSignIn(deps, triggers.edge);
  return new Map(
    triggers.endpoints.map((one) => [
      one.name,
      toHttpHandler(one, deps, authenticate, triggers.edge),
    ]),
  );
}

function incoming({ method, path, token, body, raw, headers }: ApiRequest): HttpRequest {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return new HttpRequest({
    method,
    url: new URL(path, "http://127.0.0.1").href,
    headers: {
      ...(sent !== undefined && { "content-type": "application/json" }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(sent !== undefined && {
      body: typeof sent === "string" ? { string: sent } : { bytes: sent },
    }),
  });
}

async function replyOf(
  reply: Awaited<ReturnType<ReturnType<typeof toHttpHandler>>>,
): Promise<ApiReply> {
  const { body } = reply;
  const isStream = body instanceof ReadableStream;
  const text =
    isStream || body instanceof Uint8Array
      ? await new Response(body).text()
      : typeof body === "string"
        ? body
        : "";
  return {
    status: reply.status ?? 200,
    headers: new Headers(Object.entries(reply.headers ?? {}).map(([k, v]) => [k, String(v)])),
    text,
    json: text === "" || isStream ? null : Json.parse(JSON.parse(text)),
  };
}

function dump(database: DatabaseSync): string[] {
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all();
  return tables.flatMap(({ name }) =>
    database
      .prepare(`SELECT * FROM "${String(name)}"`)
      .all()
      .map((row) => `${String(name)} ${JSON.stringify(row)}`)
      .toSorted(),
  );
}
