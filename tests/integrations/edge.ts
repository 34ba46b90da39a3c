/** The started product as systems of others reach it: with an API key, beside the simulated Sentinel. */
import { z } from "zod";

import { CONTOSO } from "../../local/demoTenants.ts";
import { armAddressOf } from "../../local/workspace/arm.ts";
import type { JsonObject } from "../../shared/schemas/json.ts";
import { Product } from "../product/product.ts";
import { until } from "../product/until.ts";

export const ADMIN = "admin@contoso.example";
export const ANALYST = "analyst@contoso.example";

/** What the guides say that an integration needs. */
export const SCOPES = [
  "incidents:read",
  "incidents:write",
  "incidents:writeback",
  "investigations:read",
  "investigations:write",
  "search:read",
  "graph:read",
  "kql:analyze",
];

/** The first sync of a machine that does much else takes its time. */
const FIRST_SYNC_MS = 90_000;

/** A product whose first sync has brought incidents. */
export async function startProduct(): Promise<Product> {
  const product = await Product.start({ TENANT_SIZE: "small" });
  await until("incidents", () => someNumbers(product), FIRST_SYNC_MS);
  return product;
}

/** Numbers of five incidents; `undefined` while there are fewer. */
export async function someNumbers(product: Product): Promise<number[] | undefined> {
  const page = await product.ask(ANALYST, "GET", "/api/v1/incidents?timespan=P30D&limit=5");
  const items = z.array(z.object({ number: z.number() })).parse(page["items"]);
  return items.length < 5 ? undefined : items.map(({ number }) => number);
}

export async function issueKey(
  product: Product,
  scopes: readonly string[] = SCOPES,
): Promise<string> {
  const body = {
    name: `integration ${scopes.length}`,
    scopes: [...scopes],
    rate_limit_per_minute: 5000,
  };
  const issued = await product.ask(ADMIN, "POST", "/api/admin/api-keys", body);
  return z.string().parse(issued["api_key"]);
}

/** An attack story that ends now; the number of its first incident, which no sync has brought yet. */
export async function playStory(product: Product, family: string): Promise<number> {
  const story = { family, truth: "true_positive", seed: `${family} at the edge` };
  const played = await product.ask(ADMIN, "POST", "/local/tenant/stories", story);
  return z.array(z.number()).min(1).parse(played["incident_numbers"])[0] ?? 0;
}

const { subscription_id, resource_group, workspace_name } = armAddressOf({
  azureTenantId: CONTOSO.tenantId,
  name: CONTOSO.domain.split(".")[0] ?? "",
});
const WORKSPACE = `/subscriptions/${subscription_id}/resourceGroups/${resource_group}/providers/Microsoft.OperationalInsights/workspaces/${workspace_name}`;

/** What Sentinel would send a playbook about a stored incident. */
export async function triggerOf(product: Product, number: number): Promise<JsonObject> {
  const incident = await product.ask(ANALYST, "GET", `/api/v1/incidents/${number}`);
  const row = z.object({ IncidentName: z.string() }).parse(incident["sentinel"]);
  return {
    eventUniqueId: `event of ${number}`,
    objectSchemaType: "Incident",
    objectEventType: "Create",
    workspaceId: CONTOSO.workspaceId,
    object: {
      id: `${WORKSPACE}/providers/Microsoft.SecurityInsights/Incidents/${row.IncidentName}`,
      name: row.IncidentName,
      etag: '"1"',
      type: "Microsoft.SecurityInsights/Incidents",
      properties: { incidentNumber: number, title: incident["title"] ?? "", alerts: [] },
    },
  };
}
