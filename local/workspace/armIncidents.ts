/** Microsoft.SecurityInsights incidents: list, get, create, change, and what hangs on them. */
import { z } from "zod";

import { Json, type JsonObject } from "../../shared/schemas/json.ts";
import { armError, type Call, notAllowed, parse } from "./armCall.ts";
import { comments, tasks } from "./armNotes.ts";
import { relations } from "./armRelations.ts";
import { armAlert, armEntities, armIncident } from "./armShapes.ts";
import {
  alertsOf,
  type CaseChange,
  caseNamed,
  changeCase,
  etagOf,
  nextNumber,
  openCases,
} from "./caseBook.ts";
import { count, ODataError, pageOf } from "./odata.ts";
import { iso, type Row } from "./rows/row.ts";
import { json, type WireReply } from "./wireReply.ts";
import { textOf } from "./workspaceRows.ts";

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
    firstActivityTimeUtc: z.iso.datetime({ offset: true }).optional(),
    lastActivityTimeUtc: z.iso.datetime({ offset: true }).optional(),
  }),
});
type IncidentProperties = z.infer<typeof IncidentBody>["properties"];
const PlaybookBody = z.looseObject({ logicAppsResourceId: z.string().min(1) });

/** @param rest what follows `/incidents` in the path */
export function answerIncidents(call: Call, rest: string): WireReply {
  const [, name = "", part = "", id] = rest.split("/");
  if (name === "") return call.request.method === "GET" ? list(call) : notAllowed();
  const row = caseNamed(call.workspace, name);
  if (row === undefined && part === "" && call.request.method === "PUT") return create(call, name);
  if (row === undefined)
    return armError(404, "NotFound", `Incident '${name}' does not exist in the workspace.`);
  const route = PARTS[part.toLowerCase()] ?? ROUTES[`${call.request.method} ${part.toLowerCase()}`];
  return route === undefined ? notAllowed() : route(call, row, id);
}

type Route = (call: Call, row: Row, id: string | undefined) => WireReply;

/** What answers to several methods. */
const PARTS: Readonly<Record<string, Route>> = { comments, tasks, relations };
const ROUTES: Readonly<Record<string, Route>> = {
  "GET ": ({ base }, row) => json(200, armIncident(base, row)),
  "PUT ": (call, row) => put(call, row),
  "POST alerts": ({ workspace, base }, row) =>
    json(200, { value: alertsOf(workspace, row).map((one) => armAlert(base, one)) }),
  "POST bookmarks": () => json(200, { value: [] }),
  "POST entities": (call, row) => entities(call, row),
  "POST runplaybook": (call) => parse(call, PlaybookBody, () => ({ status: 204, body: "" })),
};

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

const put = (call: Call, row: Row): WireReply =>
  parse(call, IncidentBody, ({ etag, properties }) => {
    const expected = call.request.headers["if-match"] ?? etag;
    if (expected !== undefined && expected !== "*" && expected !== etagOf(row))
      return armError(
        call.request.headers["if-match"] === undefined ? 409 : 412,
        call.request.headers["if-match"] === undefined ? "Conflict" : "PreconditionFailed",
        "Newer instance of the incident exists for the workspace. Etag does not match.",
      );
    if (isUnjudged(properties)) return UNJUDGED;
    const changed = changeCase(call.workspace, row, columnsOf(properties), call.by);
    return json(200, armIncident(call.base, changed));
  });

/** An incident made by hand has no alert and belongs to Sentinel alone: its two numbers are the same. */
const create = (call: Call, name: string): WireReply =>
  parse(call, IncidentBody, ({ properties }) => {
    if (!GUID.test(name)) return armError(400, "BadRequest", "The incident's name is no GUID.");
    if (isUnjudged(properties)) return UNJUDGED;
    const number = nextNumber(call.workspace);
    const time = iso(call.workspace.now().getTime());
    const made: Row = {
      TenantId: call.workspace.workspaceId,
      SourceSystem: "Azure",
      IncidentName: name.toLowerCase(),
      Description: "",
      Owner: { objectId: null, email: null, assignedTo: null, userPrincipalName: null },
      ProviderName: "Azure Sentinel",
      ProviderIncidentId: String(number),
      CreatedTime: time,
      IncidentNumber: number,
      ...Object.fromEntries(NO_LIST.map((column) => [column, []])),
      IncidentUrl: `https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident${call.base}/providers/Microsoft.SecurityInsights/Incidents/${name.toLowerCase()}`,
      AdditionalData: { bookmarksCount: 0, alertProductNames: [], tactics: [], techniques: [] },
      Type: "SecurityIncident",
    };
    const row = changeCase(call.workspace, made, columnsOf(properties), call.by);
    return json(201, armIncident(call.base, row));
  });

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const NO_LIST = [
  "RelatedAnalyticRuleIds",
  "AlertIds",
  "BookmarkIds",
  "Comments",
  "Tasks",
  "Labels",
];

const isUnjudged = ({ status, classification }: IncidentProperties): boolean =>
  status === "Closed" && classification === undefined;
const UNJUDGED = armError(
  400,
  "BadRequest",
  "Classification is required when an incident is closed.",
);

/** A PUT says all: what may be left out of it and is, is empty, but description, owner and labels stay. */
const columnsOf = ({ owner, labels, ...properties }: IncidentProperties): CaseChange => ({
  Title: properties.title,
  Severity: properties.severity,
  Status: properties.status,
  Classification: properties.classification ?? "",
  ClassificationReason: properties.classificationReason ?? "",
  ClassificationComment: properties.classificationComment ?? "",
  ...(properties.description === undefined ? {} : { Description: properties.description }),
  ...(properties.firstActivityTimeUtc === undefined
    ? {}
    : { FirstActivityTime: properties.firstActivityTimeUtc }),
  ...(properties.lastActivityTimeUtc === undefined
    ? {}
    : { LastActivityTime: properties.lastActivityTimeUtc }),
  ...(owner === undefined ? {} : { Owner: owner }),
  ...(labels === undefined ? {} : { Labels: labels.map(asLabel) }),
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
