/** As much of Azure Resource Manager as the product asks: the workspace, its incidents, the caller's permissions. */
import { armError } from "./armCall.ts";
import { answerIncidents } from "./armIncidents.ts";
import type { Entra, Registration } from "./entra.ts";
import { bearerOf, json, type WireReply, type WireRequest } from "./wireReply.ts";
import type { Workspace } from "./workspace.ts";

const RESOURCE_GROUP = "soc";
const PATH =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.OperationalInsights\/workspaces\/([^/]+)(\/.*)?$/i;
/** What the roles Log Analytics Reader and Microsoft Sentinel Responder allow. */
const ACTIONS = [
  "*/read",
  "Microsoft.SecurityInsights/incidents/write",
  "Microsoft.SecurityInsights/incidents/comments/write",
  "Microsoft.SecurityInsights/incidents/comments/delete",
  "Microsoft.SecurityInsights/incidents/tasks/write",
  "Microsoft.SecurityInsights/incidents/tasks/delete",
  "Microsoft.SecurityInsights/incidents/relations/write",
  "Microsoft.SecurityInsights/incidents/relations/delete",
  "Microsoft.SecurityInsights/incidents/runPlaybook/action",
];

/** Where Resource Manager has a simulated workspace; the links of its incidents name the same place. */
export const armAddressOf = ({
  azureTenantId,
  name,
}: Pick<Workspace, "azureTenantId" | "name">) => ({
  subscription_id: azureTenantId,
  resource_group: RESOURCE_GROUP,
  workspace_name: name,
});

export function answerArm(
  workspaces: readonly Workspace[],
  request: WireRequest,
  entra: Entra,
): WireReply {
  const holder = entra.holderOf(bearerOf(request), [request.service]);
  if (holder === undefined) return armError(401, "AuthenticationFailed", "Authentication failed.");
  if (!request.url.searchParams.has("api-version"))
    return armError(400, "MissingApiVersionParameter", "The api-version is required.");
  const [, subscription = "", group = "", name = "", rest = ""] =
    PATH.exec(decodeURIComponent(request.url.pathname)) ?? [];
  const workspace = workspaces.find((one) => isAt(one, subscription, group, name));
  if (workspace === undefined)
    return armError(404, "ResourceNotFound", `The Resource '${name}' was not found.`);
  if (!isHolders(workspace, holder))
    return armError(403, "AuthorizationFailed", "The client does not have authorization.");
  const incidents = INCIDENTS.exec(rest);
  if (incidents !== null) {
    const by = `External application - ${holder.clientId}`;
    return answerIncidents({ workspace, request, base: pathOf(workspace), by }, incidents[1] ?? "");
  }
  return request.method === "GET" ? answerGet(workspace, rest) : notHere();
}

const INCIDENTS = /^\/providers\/Microsoft\.SecurityInsights\/incidents(\/.*)?$/i;

const pathOf = ({ azureTenantId, name }: Workspace): string =>
  `/subscriptions/${azureTenantId}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.OperationalInsights/workspaces/${name}`;

function answerGet(workspace: Workspace, rest: string): WireReply {
  switch (rest.toLowerCase()) {
    case "":
      return json(200, {
        id: pathOf(workspace),
        name: workspace.name,
        type: "Microsoft.OperationalInsights/workspaces",
        properties: { customerId: workspace.workspaceId, provisioningState: "Succeeded" },
      });
    case "/providers/microsoft.authorization/permissions":
      return json(200, { value: [{ actions: ACTIONS, notActions: [] }] });
    default:
      return notHere();
  }
}

function isAt(workspace: Workspace, subscription: string, group: string, name: string): boolean {
  const address = armAddressOf(workspace);
  return (
    address.subscription_id === subscription.toLowerCase() &&
    address.resource_group === group.toLowerCase() &&
    address.workspace_name.toLowerCase() === name.toLowerCase()
  );
}

const isHolders = (workspace: Workspace, holder: Registration): boolean =>
  workspace.azureTenantId === holder.azureTenantId && workspace.clientId === holder.clientId;

const notHere = (): WireReply =>
  armError(404, "InvalidResourceType", "The resource type could not be found.");
