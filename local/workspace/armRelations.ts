/** Relations of an incident in Resource Manager: the alerts that belong to it. */
import { z } from "zod";

import type { JsonObject } from "../../shared/schemas/json.ts";
import {
  armError,
  type Call,
  incidentPath,
  listed,
  missing,
  notAllowed,
  parse,
} from "./armCall.ts";
import { allAlerts, changeCase } from "./caseBook.ts";
import type { Row } from "./rows/row.ts";
import { json, type WireReply } from "./wireReply.ts";
import { listOf, textOf } from "./workspaceRows.ts";

/** Documented limit (service limits of Microsoft Sentinel). */
const ALERTS_MAX = 150;

const RelationBody = z.looseObject({
  properties: z.looseObject({ relatedResourceId: z.string().min(1) }),
});

export function relations(call: Call, row: Row, name: string | undefined): WireReply {
  const ids = listOf(row["AlertIds"]).map(textOf);
  const all = ids.map((id) => relation(call, row, id));
  switch (call.request.method) {
    case "GET":
      return listed(all, name);
    case "PUT":
      return name === undefined ? notAllowed() : add(call, row, ids);
    case "DELETE": {
      if (name === undefined) return notAllowed();
      const index = all.findIndex((one) => one["name"] === name);
      if (index < 0) return { status: 204, body: "" };
      changeCase(call.workspace, row, { AlertIds: ids.toSpliced(index, 1) }, call.by);
      return { status: 200, body: "" };
    }
    default:
      return notAllowed();
  }
}

const add = (call: Call, row: Row, ids: readonly string[]): WireReply =>
  parse(call, RelationBody, ({ properties }) => {
    const id = properties.relatedResourceId.split("/").at(-1)?.toLowerCase() ?? "";
    if (ids.includes(id)) return json(200, relation(call, row, id));
    if (!allAlerts(call.workspace).some((alert) => alert["SystemAlertId"] === id))
      return missing(id);
    if (ids.length >= ALERTS_MAX)
      return armError(400, "BadRequest", `An incident has at most ${ALERTS_MAX} alerts.`);
    changeCase(call.workspace, row, { AlertIds: [...ids, id] }, call.by);
    return json(201, relation(call, row, id));
  });

/** The service names the relations that it makes by both ends; so are all of them here. */
function relation(call: Call, row: Row, alertId: string): JsonObject {
  const name = `${textOf(row["IncidentName"])}_${alertId}`;
  return {
    id: incidentPath(call, row, `/relations/${name}`),
    name,
    type: "Microsoft.SecurityInsights/Incidents/relations",
    properties: {
      relatedResourceId: `${call.base}/providers/Microsoft.SecurityInsights/entities/${alertId}`,
      relatedResourceName: alertId,
      relatedResourceType: "Microsoft.SecurityInsights/entities",
      relatedResourceKind: "SecurityAlert",
    },
  };
}
