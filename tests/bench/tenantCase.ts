/** The simulated tenants: how soon they stand, what the wire adds to a query, and what the largest takes. */
import { createPipelineRequest, createHttpHeaders } from "@azure/core-rest-pipeline";
import { z } from "zod";

import { tenantStatus } from "../../local/workspace/controls.ts";
import { queryPool } from "../../local/workspace/queryPool.ts";
import { createTenantHttpClient } from "../../local/workspace/tenantHttpClient.ts";
import { testClock, testTenant } from "../../local/workspace/testTenant.ts";
import { median, report } from "./child.ts";

const RUNS = 60;
const KQL = "SigninLogs | where TimeGenerated > ago(1d) | summarize Rows = count() by ResultType";

function made(size: "small" | "large") {
  const startedAt = performance.now();
  const tenant = testTenant(testClock(), { size });
  return { tenant, ms: Math.round(performance.now() - startedAt) };
}

const { tenant, ms: smallMs } = made("small");
const httpClient = createTenantHttpClient([tenant]);

async function send(url: string, body: string, headers: Record<string, string>) {
  const request = createPipelineRequest({
    url,
    method: "POST",
    body,
    headers: createHttpHeaders(headers),
  });
  const { status, bodyAsText } = await httpClient.sendRequest(request);
  if (status !== 200) throw new Error(`${url}: ${status} ${bodyAsText ?? ""}`);
  return bodyAsText ?? "";
}

const form = new URLSearchParams({
  grant_type: "client_credentials",
  client_id: tenant.clientId,
  client_secret: tenant.clientSecret,
  scope: "https://api.loganalytics.io/.default",
});
const signedIn = await send(
  `https://login.microsoftonline.com/${tenant.azureTenantId}/oauth2/v2.0/token`,
  form.toString(),
  {},
);
const { access_token } = z.object({ access_token: z.string() }).parse(JSON.parse(signedIn));
const overWire = () =>
  send(
    `https://api.loganalytics.io/v1/workspaces/${tenant.workspaceId}/query`,
    JSON.stringify({ query: KQL, timespan: "P1D" }),
    { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
  );
const direct = () =>
  queryPool().run(tenant, {
    query: KQL,
    options: {
      now: tenant.now(),
      timespan: { from: new Date(tenant.now().getTime() - 86_400_000), to: tenant.now() },
      maxRows: 500_000,
      deadlineMs: 30_000,
    },
    faults: [],
  });

/** Both in turn, so that what else the machine does strikes them alike. */
const times: { wire: number[]; direct: number[] } = { wire: [], direct: [] };
for (let run = 0; run < RUNS; run += 1)
  for (const [name, work] of [
    ["wire", overWire],
    ["direct", direct],
  ] as const) {
    const startedAt = performance.now();
    await work();
    times[name].push(performance.now() - startedAt);
  }
const wireMs = median(times.wire.slice(10));
const directMs = median(times.direct.slice(10));

const { tenant: large, ms: largeMs } = made("large");
const rows = Object.values(tenantStatus(large).tables).reduce((sum, count) => sum + count, 0);

report({
  small_ms: smallMs,
  query_ms: Number(wireMs.toFixed(2)),
  direct_ms: Number(directMs.toFixed(2)),
  overhead_ms: Number((wireMs - directMs).toFixed(2)),
  large_ms: largeMs,
  large_rows: rows,
  large_rss_mb: Math.round(process.memoryUsage().rss / 1_048_576),
});
await queryPool().close();
