/** Microsoft Graph security: incidents and alerts_v2, with filters, pages, changes and comments. */
import { z } from "zod";

import type { JsonObject } from "../../shared/schemas/json.ts";
import { allAlerts, alertsOf, changeCase, openCases } from "./caseBook.ts";
import type { Entra } from "./entra.ts";
import { CLASSIFICATIONS, graphAlert, graphComment, graphIncident } from "./graphShapes.ts";
import { count, ODataError, pageOf } from "./odata.ts";
import type { Row } from "./rows/row.ts";
import { bearerOf, json, type WireReply, type WireRequest } from "./wireReply.ts";
import type { Workspace } from "./workspace.ts";
import { bagOf, listOf, textOf } from "./workspaceRows.ts";

const INCIDENT_FILTERS =
  "id assignedTo classification createdDateTime determination lastUpdateDateTime severity status";
const ALERT_FILTERS = `${INCIDENT_FILTERS} serviceSource incidentId`;
const PAGE_MAX = { incidents: 50, alerts_v2: 2000 } as const;
const DEFAULT_TOP = { incidents: 50, alerts_v2: 100 } as const;
const PATH = /^\/v1\.0\/security\/(incidents|alerts_v2)(?:\/([^/]+))?(?:\/(comments))?$/;

interface Call {
  readonly workspace: Workspace;
  readonly request: WireRequest;
  readonly by: string;
}

export function answerGraph(
  workspaces: readonly Workspace[],
  request: WireRequest,
  entra: Entra,
): WireReply {
  const { pathname } = request.url;
  const holder = entra.holderOf(bearerOf(request), [request.service]);
  if (holder === undefined)
    return graphError(401, "InvalidAuthenticationToken", "Access token is empty or invalid.");
  const workspace = workspaces.find(({ azureTenantId }) => azureTenantId === holder.azureTenantId);
  const [, list, id, part] = PATH.exec(decodeURIComponent(pathname)) ?? [];
  if (workspace === undefined || list === undefined) return unknownSegment();
  const call: Call = { workspace, request, by: `External application - ${holder.clientId}` };
  try {
    return list === "incidents" ? incidents(call, id, part) : alerts(call, id);
  } catch (error) {
    if (error instanceof ODataError) return graphError(400, "BadRequest", error.message);
    throw error;
  }
}

function incidents(call: Call, id: string | undefined, part: string | undefined): WireReply {
  const { workspace, request } = call;
  const withAlerts = (request.url.searchParams.get("$expand") ?? "").includes("alerts");
  const shown = (row: Row): JsonObject => ({
    ...graphIncident(workspace.azureTenantId, row),
    ...(withAlerts ? { alerts: shownAlerts(workspace, alertsOf(workspace, row)) } : {}),
  });
  const cases = openCases(workspace);
  if (id === undefined)
    return request.method === "GET"
      ? paged(
          call,
          "incidents",
          INCIDENT_FILTERS,
          cases.map((row) => graphIncident(workspace.azureTenantId, row)),
          (item) => {
            const row = withAlerts
              ? cases.find((one) => one["ProviderIncidentId"] === item["id"])
              : undefined;
            return row === undefined ? item : shown(row);
          },
        )
      : notAllowed();
  const row = cases.find((one) => textOf(one["ProviderIncidentId"]) === id);
  if (row === undefined) return graphError(404, "NotFound", `Incident ${id} was not found.`);
  if (part === "comments") return request.method === "POST" ? comment(call, row) : notAllowed();
  if (request.method === "GET") return json(200, shown(row));
  return request.method === "PATCH" ? patch(call, row) : notAllowed();
}

function alerts(call: Call, id: string | undefined): WireReply {
  if (call.request.method !== "GET") return notAllowed();
  const all = shownAlerts(call.workspace, allAlerts(call.workspace));
  if (id === undefined) return paged(call, "alerts_v2", ALERT_FILTERS, all, (item) => item);
  const found = all.find((alert) => alert["id"] === id);
  return found === undefined
    ? graphError(404, "NotFound", `Alert ${id} was not found.`)
    : json(200, found);
}

const shownAlerts = ({ azureTenantId }: Workspace, rows: readonly Row[]): JsonObject[] =>
  rows.map((row) => graphAlert(azureTenantId, row));

/** A page with the link to the next one; each item is completed when it is shown. */
function paged(
  { request }: Call,
  list: "incidents" | "alerts_v2",
  properties: string,
  items: readonly JsonObject[],
  complete: (item: JsonObject) => JsonObject,
): WireReply {
  const { url } = request;
  const skip = count(url.searchParams.get("$skip"), 0);
  const page = pageOf(items, url.searchParams, {
    properties: properties.split(" "),
    top: DEFAULT_TOP[list],
    topMax: PAGE_MAX[list],
    skip,
  });
  const next = new URL(url);
  if (page.next !== undefined) next.searchParams.set("$skip", String(page.next));
  return json(200, {
    "@odata.context": `${url.origin}/v1.0/$metadata#security/${list}`,
    ...(url.searchParams.get("$count") === "true" ? { "@odata.count": page.total } : {}),
    ...(page.next === undefined ? {} : { "@odata.nextLink": next.href }),
    value: page.items.map(complete),
  });
}

const PatchBody = z.looseObject({
  status: z.enum(["active", "inProgress", "resolved"]).optional(),
  classification: z
    .enum(["truePositive", "falsePositive", "informationalExpectedActivity", "unknown"])
    .optional(),
  assignedTo: z.string().nullish(),
  customTags: z.array(z.string()).optional(),
  resolvingComment: z.string().optional(),
});
const STATUSES = { active: "New", inProgress: "Active", resolved: "Closed" } as const;

function patch(call: Call, row: Row): WireReply {
  const body = PatchBody.safeParse(bodyOf(call.request));
  if (!body.success) return graphError(400, "BadRequest", "The request body is not valid.");
  const { status, classification, assignedTo, customTags, resolvingComment } = body.data;
  const sentinels = Object.entries(CLASSIFICATIONS).find(([, name]) => name === classification);
  const changed = changeCase(
    call.workspace,
    row,
    {
      ...(status === undefined ? {} : { Status: STATUSES[status] }),
      ...(sentinels === undefined ? {} : { Classification: sentinels[0] }),
      ...(resolvingComment === undefined ? {} : { ClassificationComment: resolvingComment }),
      ...(customTags === undefined
        ? {}
        : { Labels: customTags.map((labelName) => ({ labelName, labelType: "User" })) }),
      ...(assignedTo === undefined ? {} : { Owner: ownerOf(assignedTo) }),
    },
    call.by,
  );
  return json(200, graphIncident(call.workspace.azureTenantId, changed));
}

const ownerOf = (upn: string | null): JsonObject => ({
  objectId: null,
  email: upn,
  assignedTo: upn,
  userPrincipalName: upn,
});

const CommentBody = z.looseObject({ comment: z.string().min(1).max(30_000) });

function comment({ workspace, request, by }: Call, row: Row): WireReply {
  const body = CommentBody.safeParse(bodyOf(request));
  if (!body.success) return graphError(400, "BadRequest", "A comment is missing or too long.");
  const before = listOf(row["Comments"]).map(bagOf);
  const time = workspace.now().toISOString();
  const added = {
    name: `graph-${before.length + 1}`,
    message: body.data.comment,
    createdTimeUtc: time,
    lastModifiedTimeUtc: time,
    author: { name: by, objectId: null, email: null, userPrincipalName: null },
  };
  const Comments = [...before, added];
  changeCase(workspace, row, { Comments }, by);
  return json(200, { value: Comments.map((one) => graphComment(bagOf(one))) });
}

function bodyOf({ body }: WireRequest): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const unknownSegment = (): WireReply =>
  graphError(404, "ResourceNotFound", "Resource not found for the segment.");
const notAllowed = (): WireReply =>
  graphError(405, "MethodNotAllowed", "The method is not allowed here.");

/** An error as Graph writes it. */
export const graphError = (status: number, code: string, message: string): WireReply =>
  json(status, {
    error: {
      code,
      message,
      innerError: {
        date: "1970-01-01T00:00:00",
        "request-id": "00000000-0000-0000-0000-000000000000",
        "client-request-id": "00000000-0000-0000-0000-000000000000",
      },
    },
  });
