/** Stored providers stay readable: those of earlier versions, and those whose secret was damaged. */
import { expect, test } from "vitest";

import { open } from "../domain/sealing.ts";
import { testDeps } from "../testing/deps.ts";
import { aProvider, TENANT } from "../testing/fixtures.ts";
import * as providers from "./providers.ts";

/** As it was written before providers had clouds, health and policies. */
const OLD = {
  type: "provider",
  id: "sip_old",
  tenant_id: TENANT,
  name: "Old",
  provider_type: "sentinel",
  status: "active",
  is_default: true,
  workspace_id: "w",
  azure_tenant_id: "t",
  client_id: "c",
  auth: "client_secret",
  sync_enabled: true,
  sync_window: "P1D",
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
};

// A new version that cannot read what the old one wrote would leave a tenant without its workspaces.
test("a record without the newer fields is read with their defaults", async () => {
  const { documents } = testDeps();
  await documents.batch("tenants", [TENANT], [{ kind: "create", doc: OLD }]);
  expect(await providers.list(documents, TENANT)).toMatchObject([
    {
      ...OLD,
      cloud: "public",
      sync_interval: "PT5M",
      writeback_enabled: false,
      workspace_name: null,
      last_health_status: null,
      kql_policy: { allowed_tables: [], needs_time_bound: false },
    },
  ]);
});

// One damaged record must not take the list, and with it every other provider's sync, down.
test.each([null, "garbage", { v: 2 }, { v: 1, enc: "A256GCM", kid: 5 }])(
  "a secret that was damaged to %j is there and does not open; the others are listed",
  async (client_secret) => {
    const { documents } = testDeps();
    await documents.batch(
      "tenants",
      [TENANT],
      [{ kind: "create", doc: { ...OLD, client_secret } }],
    );
    await providers.create(documents, aProvider());
    const [first, second] = (await providers.list(documents, TENANT)).toSorted((a, b) =>
      a.id < b.id ? 1 : -1,
    );
    expect(second?.id).toBe("sip_contoso");
    if (first?.client_secret === undefined) throw new Error("The secret is there.");
    const refused = open(
      first.client_secret,
      { tenant_id: TENANT, subject_id: first.id, field: "client_secret" },
      {
        wrap: () => Promise.reject(new Error("not asked")),
        unwrap: async ({ kid }) => {
          expect(kid).toBe("unreadable");
          return new Uint8Array(32);
        },
      },
    );
    await expect(refused).rejects.toMatchObject({ code: "store-unavailable" });
  },
);

// The workspace's clients are kept by it: every outage would sign in anew.
test("that a workspace stops answering is no edit: its time of change stays", async () => {
  const { documents } = testDeps();
  const provider = aProvider();
  await providers.create(documents, provider);
  await providers.setStatus(documents, provider, "error");
  const stored = await providers.read(documents, TENANT, provider.id);
  expect(stored?.record).toEqual({ ...provider, status: "error" });
});

// Other documents lie beside the providers, and what was deleted stays for the incidents that name it.
test("only a provider is read as one; a deleted one is not in use, one that rests is not synchronised", async () => {
  const { documents } = testDeps();
  const deleted = aProvider({ id: "sip_deleted", status: "inactive" });
  const resting = aProvider({ id: "sip_resting", sync_enabled: false });
  for (const one of [aProvider(), deleted, resting]) await providers.create(documents, one);
  const list = { id: "webhooks", type: "webhooks", tenant_id: TENANT, webhooks: [] };
  await documents.batch("tenants", [TENANT], [{ kind: "create", doc: list }]);
  expect(await providers.read(documents, TENANT, "webhooks")).toBeUndefined();
  expect(await providers.read(documents, TENANT, deleted.id)).toBeDefined();
  expect(await providers.readInUse(documents, TENANT, deleted.id)).toBeUndefined();
  expect(await providers.readInUse(documents, "fabrikam", aProvider().id)).toBeUndefined();
  const synchronised = await providers.toSync(documents, undefined);
  expect(synchronised.map(({ id }) => id)).toEqual([aProvider().id]);
});
