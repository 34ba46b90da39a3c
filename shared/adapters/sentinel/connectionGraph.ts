/** Whether the application may read incidents and alerts from Microsoft Graph. */
import { AppError } from "../../domain/errors.ts";
import { askService, type ServiceRequest } from "./connectionService.ts";

/** What the product reads there, and the application permission that each needs (seed 002). */
const READS = [
  { path: "incidents", permission: "SecurityIncident.Read.All" },
  { path: "alerts_v2", permission: "SecurityAlert.Read.All" },
] as const;
const SERVICE = "Microsoft Graph";

/** @throws AppError `siem-unavailable` that names the missing permissions. */
export async function checkGraph(
  graph: string,
  ask: Omit<ServiceRequest, "url" | "service">,
): Promise<string> {
  const missing: string[] = [];
  for (const { path, permission } of READS) {
    const url = `${graph}/v1.0/security/${path}?$top=1`;
    const { status } = await askService({ ...ask, url, service: SERVICE });
    if (status === 403) missing.push(permission);
    else if (status === 401)
      throw refused(`${SERVICE} refused the access token (401). The next try takes a new one.`);
    else if (status >= 300) throw refused(`${SERVICE} did not answer for ${path} (${status}).`);
  }
  if (missing.length > 0)
    throw refused(
      `${SERVICE} denies access (403). Give the application the permission ${missing.join(" and ")} as an application permission, and have an administrator grant consent.`,
    );
  return "Microsoft Graph lets the application read incidents and alerts.";
}

const refused = (detail: string): AppError => new AppError("siem-unavailable", detail);
