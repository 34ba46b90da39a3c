/** A workspace without a single incident, synchronised by the program's own timer. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { triggers } from "../../functions/contents.ts";
import { loadTenantDirectory } from "../../local/workspace/tenantDirectory.ts";
import { createTenantHttpClient } from "../../local/workspace/tenantHttpClient.ts";
import { testProvider, testSiem } from "../../local/workspace/testTenant.ts";
import * as providers from "../../shared/repositories/providers.ts";
import * as syncState from "../../shared/repositories/syncState.ts";
import { IncidentQuery } from "../../shared/schemas/incidentsRequests.ts";
import { listIncidents } from "../../shared/services/listIncidents.ts";
import { ManualClock, testDeps } from "../../shared/testing/deps.ts";

// No rows is an answer: the workspace is healthy, and the next run starts from there.
test("an empty table: healthy, with a cursor, and nothing in the list", async () => {
  const tables = path.join(mkdtempSync(path.join(os.tmpdir(), "socmate-empty-")), "tables");
  mkdirSync(tables);
  writeFileSync(path.join(tables, "SecurityIncident.jsonl"), "");
  const clock = new ManualClock();
  const { workspace } = loadTenantDirectory(path.dirname(tables), {
    name: "contoso",
    workspaceId: "11111111-1111-4111-8111-111111111111",
    azureTenantId: "22222222-2222-4222-8222-222222222222",
    clientId: "33333333-3333-4333-8333-333333333333",
    clientSecret: "the-right-secret",
    clock,
  });
  const deps = testDeps({ clock, siem: testSiem(clock, createTenantHttpClient([workspace])) });
  const { id, tenant_id } = await testProvider(workspace);
  await providers.create(deps.documents, await testProvider(workspace));

  await triggers.jobs.find(({ name }) => name === "sync-incidents")?.run(deps);

  const [provider] = await providers.list(deps.documents, tenant_id);
  expect(provider?.status).toBe("active");
  const state = await syncState.read(deps.documents, tenant_id, id);
  expect(state).toMatchObject({ cursor: expect.any(String), last_success_at: expect.any(String) });
  expect(state?.error).toBeUndefined();
  const { list } = await listIncidents(deps, tenant_id, IncidentQuery.parse({}));
  expect(list.total).toBe(0);
});
