/** Bodies as Sentinel's incident trigger sends them to a playbook, for tests. */
import type { JsonObject } from "../schemas/json.ts";

/** Where the workspace of these bodies is in Azure. */
export const PLACE = {
  subscription_id: "44444444-4444-4444-8444-444444444444",
  resource_group: "soc",
  workspace_name: "prod",
} as const;

export const INCIDENT_NAME = "55555555-5555-4555-8555-555555555555";

export const armIdOf = (name: string = INCIDENT_NAME, place = PLACE): string =>
  `/subscriptions/${place.subscription_id}/resourceGroups/${place.resource_group}/providers/Microsoft.OperationalInsights/workspaces/${place.workspace_name}/providers/Microsoft.SecurityInsights/Incidents/${name}`;

const anAlertOf = (index: number): JsonObject => ({
  id: `${armIdOf()}/alerts/${index}`,
  kind: "SecurityAlert",
  properties: { systemAlertId: `alert-${index}`, severity: "High", tactics: ["CredentialAccess"] },
});

interface TriggerOver {
  number?: number | string;
  name?: string;
  eventId?: string;
  etag?: string;
  alerts?: number;
  title?: string;
}

/** The whole body of an incident that was created. */
export function aTriggerBody(over: TriggerOver = {}): JsonObject {
  const { number = 12345, name, eventId = "event-1", etag = '"etag-1"', alerts = 1, title } = over;
  return {
    eventUniqueId: eventId,
    objectSchemaType: "Incident",
    objectEventType: "Create",
    workspaceInfo: {
      SubscriptionId: PLACE.subscription_id,
      ResourceGroupName: PLACE.resource_group,
      WorkspaceName: PLACE.workspace_name,
    },
    workspaceId: "11111111-1111-4111-8111-111111111111",
    // Sentinel adds to what it sends: nobody documented this member.
    incidentUpdates: { severity: "High" },
    object: {
      id: armIdOf(name),
      name: name ?? INCIDENT_NAME,
      etag,
      type: "Microsoft.SecurityInsights/Incidents",
      properties: {
        title: title ?? "Password spray against many accounts",
        severity: "High",
        status: "New",
        incidentNumber: number,
        owner: { objectId: null, email: null, assignedTo: null, userPrincipalName: null },
        labels: [],
        alerts: Array.from({ length: alerts }, (_, index) => anAlertOf(index)),
        relatedEntities: [],
        comments: [],
      },
    },
  };
}
