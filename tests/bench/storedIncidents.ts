/** A data directory as the product leaves it, with many incidents of one demo tenant in it. */
import path from "node:path";

import { CONTOSO } from "../../local/demoTenants.ts";
import { seedProviders } from "../../local/seedProviders.ts";
import { createLocalKeyWrapper } from "../../shared/adapters/localKeys/keyWrapper.ts";
import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { anIncident } from "../../shared/testing/fixtures.ts";

const DAY_MS = 86_400_000;
const SEVERITIES = ["informational", "low", "medium", "high"] as const;
const STATUSES = ["new", "active", "closed"] as const;

/** Writes `count` incidents that changed evenly over the `days` before `now`. */
export async function storeIncidents(
  dataDir: string,
  { count, days, now }: { count: number; days: number; now: Date },
): Promise<void> {
  const clock = { now: () => now };
  const database = openDatabase(path.join(dataDir, "socmate.sqlite"));
  // Nothing here must survive a power cut.
  database.exec("PRAGMA synchronous = OFF");
  const documents = createSqliteDocumentStore(database, clock);
  const keys = createLocalKeyWrapper(path.join(dataDir, "keys.json"));
  await seedProviders({ clock, documents, keys });
  const [provider] = await providers.list(documents, CONTOSO.tenantId);
  if (provider === undefined) throw new Error("The demo tenant has no provider.");
  for (let number = 1; number <= count; number += 1) {
    const at = new Date(now.getTime() - (1 - number / count) * days * DAY_MS).toISOString();
    const record = anIncident({
      tenant_id: CONTOSO.tenantId,
      incident_key: `${CONTOSO.workspaceId}:${FIRST_NUMBER + number}`,
      provider_id: provider.id,
      provider: provider.name,
      number: FIRST_NUMBER + number,
      title: `Incident number ${number} of the bench`,
      severity: SEVERITIES[number % SEVERITIES.length] ?? "low",
      status: STATUSES[number % STATUSES.length] ?? "new",
      created_at: at,
      last_modified_at: at,
      updated_at: at,
    });
    await documents.batch(
      "incidents",
      [record.tenant_id, record.incident_key],
      [{ kind: "create", doc: record }],
    );
  }
  await documents.close();
}

/** Beyond the numbers that the simulated tenant gives. */
const FIRST_NUMBER = 1_000_000;
