/** The portal opens the very query over the very times. */
import { gunzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { logAnalyticsUrl } from "./logAnalyticsUrl.ts";

// A link that opens another query, or today's times, shows rows that the claim does not rest on.
test("the address holds the query, compressed, and absolute times", async () => {
  const kql = 'SigninLogs\n| where UserPrincipalName == "anna+ö@contoso.example"';
  const url = await logAnalyticsUrl(
    {
      portal: "https://portal.azure.com",
      tenant_id: "t-1",
      resource_id: "/subscriptions/s/resourceGroups/g/providers/x/workspaces/w",
    },
    kql,
    { from: "2026-11-20T08:40:00.000Z", to: "2026-11-21T08:52:00.000Z" },
  );
  const parts = url.split("/");
  const after = (name: string) => decodeURIComponent(parts[parts.indexOf(name) + 1] ?? "");
  expect(url.startsWith("https://portal.azure.com/#@t-1/blade/")).toBe(true);
  expect(gunzipSync(Buffer.from(after("q"), "base64")).toString()).toBe(kql);
  expect(after("timespan")).toBe("2026-11-20T08:40:00.000Z/2026-11-21T08:52:00.000Z");
  expect(after("resourceId")).toBe("/subscriptions/s/resourceGroups/g/providers/x/workspaces/w");
});
