/** What the application needs in Entra ID and on the workspace (seed 002), and the commands that give it. */

/** Values for the commands; what is missing or would need quoting stays a placeholder. */
export interface CommandValues {
  client_id: string;
  subscription_id: string;
  resource_group: string;
  workspace_name: string;
}

interface Permission {
  api: string;
  name: string;
  purpose: string;
  /** Application ids of Microsoft's services and of their app roles; the same in every tenant. */
  apiId: string;
  roleId: string;
}

const LOG_ANALYTICS = "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5";
const GRAPH = "00000003-0000-0000-c000-000000000000";

/** Application permissions, in the order of the seed's table. */
export const PERMISSIONS: readonly Permission[] = [
  {
    api: "Log Analytics API",
    name: "Data.Read",
    purpose: "Execute queries against the workspace",
    apiId: LOG_ANALYTICS,
    roleId: "e8f6e161-84d0-4cd7-9441-2d46ec9ec3d5",
  },
  {
    api: "Microsoft Graph",
    name: "SecurityIncident.Read.All",
    purpose: "Read Sentinel incidents",
    apiId: GRAPH,
    roleId: "45cc0394-e837-488b-a098-1918f48d186c",
  },
  {
    api: "Microsoft Graph",
    name: "SecurityAlert.Read.All",
    purpose: "Read security alerts",
    apiId: GRAPH,
    roleId: "472e4a4d-bb4a-4026-98d1-0b0d74cb74a5",
  },
];

/** Azure roles on the workspace: without the first, queries answer 403 even with every permission above. */
export const ROLES = [
  { name: "Log Analytics Reader", purpose: "Read the tables of the workspace" },
  { name: "Microsoft Sentinel Reader", purpose: "Show incidents over Azure Resource Manager" },
  { name: "Microsoft Sentinel Responder", purpose: "Write changes back; only for write-back" },
] as const;

const SAFE = /^[\p{L}\p{N}_.()-]+$/u;
const orPlaceholder = (value: string, name: string): string =>
  SAFE.test(value) ? value : `<${name}>`;

export const permissionCommand = ({ apiId, roleId }: Permission, values: CommandValues): string =>
  `az ad app permission add --id "${orPlaceholder(values.client_id, "client_id")}" --api ${apiId} --api-permissions ${roleId}=Role`;

export const consentCommand = (values: CommandValues): string =>
  `az ad app permission admin-consent --id "${orPlaceholder(values.client_id, "client_id")}"`;

export function roleCommand(role: string, values: CommandValues): string {
  const scope = [
    `/subscriptions/${orPlaceholder(values.subscription_id, "subscription_id")}`,
    `resourceGroups/${orPlaceholder(values.resource_group, "resource_group")}`,
    `providers/Microsoft.OperationalInsights/workspaces/${orPlaceholder(values.workspace_name, "workspace_name")}`,
  ].join("/");
  const assignee = orPlaceholder(values.client_id, "client_id");
  return `az role assignment create --assignee "${assignee}" --role "${role}" --scope "${scope}"`;
}
