/** Whether Azure Resource Manager shows the workspace, its incidents, and lets them be changed where that is wanted. */
import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import type { Json } from "../../schemas/json.ts";
import type { SiemProvider } from "../../schemas/providers.ts";
import { askService, type ServiceRequest } from "./connectionService.ts";

type Ask = Omit<ServiceRequest, "url" | "service">;

const SERVICE = "Azure Resource Manager";
const WORKSPACE_API = "2023-09-01";
const INSIGHTS_API = "2025-09-01";
const PERMISSIONS_API = "2022-04-01";
const WRITE_INCIDENTS = "Microsoft.SecurityInsights/incidents/write";

/** `customerId` is what the portal calls the workspace id. */
const Workspace = z.looseObject({ properties: z.looseObject({ customerId: z.string() }) });
/** What the caller may do at a scope: union over its role assignments. */
const Permissions = z.looseObject({
  value: z.array(
    z.looseObject({ actions: z.array(z.string()), notActions: z.array(z.string()).default([]) }),
  ),
});

/** Path of the workspace; `undefined` when the provider does not say where it is. */
export function workspacePath(provider: SiemProvider): string | undefined {
  const { subscription_id, resource_group, workspace_name } = provider;
  if (subscription_id === null || resource_group === null || workspace_name === null)
    return undefined;
  const [subscription, group, name] = [subscription_id, resource_group, workspace_name].map(
    encodeURIComponent,
  );
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.OperationalInsights/workspaces/${name}`;
}

/** @throws AppError `siem-unavailable` that says what is wrong. */
export async function checkArm(arm: string, provider: SiemProvider, ask: Ask): Promise<string> {
  const path = workspacePath(provider);
  if (path === undefined) throw new Error("The caller skips providers without an address.");
  const get = (rest: string, api: string, more = "") =>
    askService({ ...ask, url: `${arm}${path}${rest}?api-version=${api}${more}`, service: SERVICE });

  const workspace = await get("", WORKSPACE_API);
  refuseStatus(workspace.status, provider, "the role Log Analytics Reader");
  refuseOther(workspace.body, provider);
  const insights = "/providers/Microsoft.SecurityInsights/incidents";
  const incidents = await get(insights, INSIGHTS_API, "&$top=1");
  if (incidents.status === 400 || incidents.status === 404 || incidents.status === 409)
    throw refused(
      `Microsoft Sentinel is not enabled on the workspace ${String(provider.workspace_name)} (${incidents.status}).`,
    );
  refuseStatus(incidents.status, provider, "the role Microsoft Sentinel Reader");
  if (!provider.writeback_enabled) return `${SERVICE} shows the workspace and its incidents.`;

  const allowed = await get("/providers/Microsoft.Authorization/permissions", PERMISSIONS_API);
  refuseStatus(allowed.status, provider, "the role Microsoft Sentinel Responder");
  if (!mayWrite(allowed.body))
    throw refused(
      `The application may read the workspace ${String(provider.workspace_name)}, but not change incidents. Write-back needs the role Microsoft Sentinel Responder on it; a new role can take some minutes to act.`,
    );
  return `${SERVICE} shows the workspace and lets its incidents be changed.`;
}

function refuseStatus(status: number, provider: SiemProvider, role: string): void {
  if (status < 300) return;
  const { workspace_name, resource_group, subscription_id } = provider;
  if (status === 403)
    throw refused(
      `${SERVICE} denies access to the workspace ${String(workspace_name)} (403). Give the application ${role} on it; a new role can take some minutes to act.`,
    );
  if (status === 404)
    throw refused(
      `${SERVICE} knows no workspace ${String(workspace_name)} in the resource group ${String(resource_group)} of the subscription ${String(subscription_id)} (404). Check the three.`,
    );
  if (status === 401)
    throw refused(`${SERVICE} refused the access token (401). The next try takes a new one.`);
  throw refused(`${SERVICE} did not answer for the workspace (${status}).`);
}

/** Write-back by the wrong address would change another workspace's incidents. */
function refuseOther(body: Json, { workspace_id, workspace_name }: SiemProvider): void {
  const workspace = Workspace.safeParse(body);
  if (!workspace.success) throw refused(`${SERVICE} sent no description of the workspace.`);
  const { customerId } = workspace.data.properties;
  if (customerId.toLowerCase() === workspace_id.toLowerCase()) return;
  throw refused(
    `The workspace ${String(workspace_name)} has the id ${customerId}, not ${workspace_id}. Check the workspace id and the workspace name.`,
  );
}

/** Actions may hold `*` anywhere; what one role leaves out another may give. */
function mayWrite(body: Json): boolean {
  const permissions = Permissions.safeParse(body);
  if (!permissions.success) return false;
  return permissions.data.value.some(
    ({ actions, notActions }) =>
      actions.some((action) => covers(action, WRITE_INCIDENTS)) &&
      !notActions.some((action) => covers(action, WRITE_INCIDENTS)),
  );
}

function covers(pattern: string, action: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replaceAll(/[^\w]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join(".*")}$`, "i").test(action);
}

const refused = (detail: string): AppError => new AppError("siem-unavailable", detail);
