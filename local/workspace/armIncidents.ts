/** Microsoft.SecurityInsights incidents: list, get, change, comments, tasks, alerts, entities, playbooks. */
import { z } from "zod";

import { Json, type JsonObject } from "../../shared/schemas/json.ts";
import { armAlert, armEntities, armIncident } from "./armShapes.ts";
import { alertsOf, caseNamed, changeCase, etagOf, openCases } from "./caseBook.ts";
import { count, ODataError, pageOf } from "./odata.ts";
import type { Row } from "./rows/row.ts";
import { json, type WireReply, type WireRequest } from "./wireReply.ts";
import type { Workspace } from "./workspace.ts";
import { bagOf, listOf, textOf } from "./workspaceRows.ts";

const FILTERED = [
  "incidentNumber",
  "status",
  "severity",
  "title",
  "classification",
  "createdTimeUtc",
  "lastModifiedTimeUtc",
  "firstActivityTimeUtc",
  "lastActivityTimeUtc",
  "providerIncidentId",
].map((name) => `properties/${name}`);
const PAGE = { properties: FILTERED, top: 50, topMax: 1000 };
const COMMENT_MAX = 30_000;
const COMMENTS_MAX = 100;

const IncidentBody = z.looseObject({
  etag: z.string().optional(),
  properties: z.looseObject({
    title: z.string().min(1),
    severity: z.enum(["High", "Medium", "Low", "Informational"]),
    status: z.enum(["New", "Active", "Closed"]),
    description: z.string().optional(),
    classification: z
      .enum(["Undetermined", "TruePositive", "BenignPositive", "FalsePositive"])
      .optional(),
    classificationReason: z.string().optional(),
    classificationComment: z.string().optional(),
    owner: z.record(z.string(), Json).optional(),
    labels: z.array(z.looseObject({ labelName: z.string() })).optional(),
  }),
});
const CommentBody = z.looseObject({
  properties: z.looseObject({ message: z.string().min(1).max(COMMENT_MAX) }),
});
const TaskBody = z.looseObject({
  properties: z.looseObject({
    title: z.string().min(1),
    description: z.string().optional(),
    status: z.enum(["New", "Completed"]),
  }),
});
const PlaybookBody = z.looseObject({ logicAppsResourceId: z.string().min(1) });

/** A call below an incident, with the workspace's path and who asks. */
interface Call {
  readonly workspace: Workspace;
  readonly request: WireRequest;
  readonly base: string;
  readonly by: string;
}

export const armError = (status: number, code: string, message: string): WireReply =>
  json(status, { error: { code, message } });

/** @param rest what follows `/incidents` in the path */
export function answerIncidents(call: Call, rest: string): WireReply {
  const [, name = "", part = "", id] = rest.split("/");
  if (name === "") return call.request.method === "GET" ? list(call) : notAllowed();
  const row = caseNamed(call.workspace, name);
  if (row === undefined)
    return armError(404, "NotFound", `Incident '${name}' does not exist in the workspace.`);
  const route = ROUTES[`${call.request.method} ${part.toLowerCase()}`];
  return route === undefined ? notAllowed() : route(call, row, id);
}

const ROUTES: Readonly<
  Record<string, (call: Call, row: Row, id: string | undefined) => WireReply>
> = {
  "GET ": ({ base }, row) => json(200, armIncident(base, row)),
  "PUT ": (call, row) => put(call, row),
  "POST alerts": ({ workspace, base }, row) =>
    json(200, { value: alertsOf(workspace, row).map((one) => armAlert(base, one)) }),
  "POST bookmarks": () => json(200, { value: [] }),
  "GET relations": () => json(200, { value: [] }),
  "POST entities": (call, row) => entities(call, row),
  "POST runplaybook": (call) => parse(call, PlaybookBody, () => ({ status: 204, body: "" })),
  "GET comments": (call, row, id) => comments(call, row, id),
  "PUT comments": (call, row, id) => comments(call, row, id),
  "GET tasks": (call, row, id) => tasks(call, row, id),
  "PUT tasks": (call, row, id) => tasks(call, row, id),
};

const notAllowed = (): WireReply =>
  armError(405, "MethodNotAllowed", "The requested resource does not support this method.");

function list({ workspace, request, base }: Call): WireReply {
  const { searchParams } = request.url;
  try {
    const skip = count(searchParams.get("$skipToken"), 0);
    const all = openCases(workspace).map((row) => armIncident(base, row));
    const page = pageOf(all, searchParams, { ...PAGE, skip });
    if (page.next === undefined) return json(200, { value: page.items });
    const nextLink = new URL(request.url);
    nextLink.searchParams.set("$skipToken", String(page.next));
    return json(200, { value: page.items, nextLink: nextLink.href });
  } catch (error) {
    if (error instanceof ODataError) return armError(400, "BadRequest", error.message);
    throw error;
  }
}

/** Runs the work on a body that has the right shape. */
function parse<T>({ request }: Call, shape: z.ZodType<T>, work: (body: T) => WireReply): WireReply {
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    return armError(400, "InvalidRequestContent", "The request content was invalid JSON.");
  }
  const body = shape.safeParse(value);
  if (body.success) return work(body.data);
  const [issue] = body.error.issues;
  return armError(400, "BadRequest", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

const put = (call: Call, row: Row): WireReply =>
  parse(call, IncidentBody, ({ etag, properties }) => {
    const expected = call.request.headers["if-match"] ?? etag;
    if (expected !== undefined && expected !== "*" && expected !== etagOf(row))
      return armError(
        call.request.headers["if-match"] === undefined ? 409 : 412,
        call.request.headers["if-match"] === undefined ? "Conflict" : "PreconditionFailed",
        "Newer instance of the incident exists for the workspace. Etag does not match.",
      );
    if (properties.status === "Closed" && properties.classification === undefined)
      return armError(400, "BadRequest", "Classification is required when an incident is closed.");
    const { owner, labels } = properties;
    const changed = changeCase(
      call.workspace,
      row,
      {
        Title: properties.title,
        Severity: properties.severity,
        Status: properties.status,
        Classification: properties.classification ?? "",
        ClassificationReason: properties.classificationReason ?? "",
        ClassificationComment: properties.classificationComment ?? "",
        ...(properties.description === undefined ? {} : { Description: properties.description }),
        ...(owner === undefined ? {} : { Owner: owner }),
        ...(labels === undefined ? {} : { Labels: labels.map(asLabel) }),
      },
      call.by,
    );
    return json(200, armIncident(call.base, changed));
  });

const asLabel = ({ labelName }: { labelName: string }): JsonObject => ({
  labelName,
  labelType: "User",
});

function entities({ workspace, base }: Call, row: Row): WireReply {
  const found = armEntities(base, alertsOf(workspace, row));
  const kinds = new Map<string, number>();
  for (const { kind } of found) kinds.set(textOf(kind), (kinds.get(textOf(kind)) ?? 0) + 1);
  return json(200, {
    entities: found,
    metaData: [...kinds].map(([entityKind, amount]) => ({ entityKind, count: amount })),
  });
}

/** Comments stand in the incident's row; the service knows them by their names. */
function comments(call: Call, row: Row, id: string | undefined): WireReply {
  const all = listOf(row["Comments"]).map(bagOf);
  const shown = (comment: JsonObject): JsonObject => {
    const { name = "", ...properties } = comment;
    return {
      id: `${call.base}/providers/Microsoft.SecurityInsights/Incidents/${textOf(row["IncidentName"])}/Comments/${textOf(name)}`,
      name,
      type: "Microsoft.SecurityInsights/Incidents/Comments",
      properties,
    };
  };
  if (call.request.method === "GET") return read(all, id, shown);
  if (id === undefined) return notAllowed();
  if (all.length >= COMMENTS_MAX && !all.some(({ name }) => name === id))
    return armError(400, "BadRequest", `An incident has at most ${COMMENTS_MAX} comments.`);
  return parse(call, CommentBody, ({ properties: { message } }) => {
    const time = call.workspace.now().toISOString();
    const before = all.find(({ name }) => name === id);
    const comment: JsonObject = {
      name: id,
      message,
      createdTimeUtc: before?.["createdTimeUtc"] ?? time,
      lastModifiedTimeUtc: time,
      author: { name: call.by, objectId: null, email: null, userPrincipalName: null },
    };
    const Comments = [...all.filter(({ name }) => name !== id), comment];
    changeCase(call.workspace, row, { Comments }, call.by);
    return json(before === undefined ? 201 : 200, shown(comment));
  });
}

const armTask = ({ taskId = "", ...properties }: JsonObject): JsonObject => ({
  name: taskId,
  type: "Microsoft.SecurityInsights/Incidents/Tasks",
  properties,
});

function tasks(call: Call, row: Row, id: string | undefined): WireReply {
  const all = listOf(row["Tasks"]).map(bagOf);
  if (call.request.method === "GET") return read(all, id, armTask, "taskId");
  if (id === undefined) return notAllowed();
  return parse(call, TaskBody, ({ properties: { title, description, status } }) => {
    const time = call.workspace.now().toISOString();
    const before = all.find(({ taskId }) => taskId === id);
    const task: JsonObject = {
      taskId: id,
      title,
      status,
      ...(description === undefined ? {} : { description }),
      createdTimeUtc: before?.["createdTimeUtc"] ?? time,
      lastModifiedTimeUtc: time,
    };
    const Tasks = [...all.filter(({ taskId }) => taskId !== id), task];
    changeCase(call.workspace, row, { Tasks }, call.by);
    return json(before === undefined ? 201 : 200, armTask(task));
  });
}

/** All of them, or the one with the id. */
function read(
  all: readonly JsonObject[],
  id: string | undefined,
  shown: (one: JsonObject) => JsonObject,
  key = "name",
): WireReply {
  if (id === undefined) return json(200, { value: all.map(shown) });
  const found = all.find((one) => one[key] === id);
  return found === undefined
    ? armError(404, "NotFound", `'${id}' does not exist.`)
    : json(200, shown(found));
}
