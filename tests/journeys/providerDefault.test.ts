/** Exactly one default provider on both stores, however many administrators choose at once. */
import { randomBytes } from "node:crypto";

import { describe, expect, test } from "vitest";

import { plainKeys } from "../../local/workspace/testTenant.ts";
import { openDatabase } from "../../shared/adapters/sqlite/database.ts";
import { createSqliteDocumentStore } from "../../shared/adapters/sqlite/documentStore.ts";
import type { DocumentStore } from "../../shared/ports/documentStore.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { CreateProviderBody } from "../../shared/schemas/siemProviders.ts";
import { createProvider } from "../../shared/services/createProvider.ts";
import { deleteProvider } from "../../shared/services/deleteProvider.ts";
import { setDefaultProvider } from "../../shared/services/setDefaultProvider.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { cosmosForTests } from "../../shared/testing/onCosmos.ts";

const clock = { now: () => new Date("2026-01-15T12:00:00Z") };
const cosmos = cosmosForTests();

const STORES: [string, () => DocumentStore][] = [
  ["SQLite", () => createSqliteDocumentStore(openDatabase(":memory:"), clock)],
  ["Cosmos DB, wire double", () => cosmos(clock)],
];

const body = (name: string) =>
  CreateProviderBody.parse({
    name,
    provider_type: "sentinel",
    workspace_id: "w",
    tenant_id: "t",
    client_id: "c",
    client_secret: "s",
  });

describe.each(STORES)("%s", (_, openStore) => {
  // Two defaults would send investigations to a workspace that nobody chose.
  test("creating, choosing and deleting at once never leaves two defaults", async () => {
    const documents = openStore();
    const deps = testDeps({ documents, keys: plainKeys });
    const admin = aPrincipal("admin", { tenant_id: `tenant-${randomBytes(4).toString("hex")}` });
    const defaults = async () =>
      (await providers.list(documents, admin.tenant_id)).filter(({ is_default }) => is_default);

    const made = await Promise.all(
      ["A", "B", "C", "D"].map((name) => createProvider(deps, admin, body(name))),
    );
    expect(await defaults()).toHaveLength(1);
    const [gone] = await defaults();
    if (gone === undefined) throw new Error("There is a default.");
    await deleteProvider(deps, admin, gone.id);
    expect(await defaults()).toEqual([]);
    const left = made.filter(({ id }) => id !== gone.id);
    await Promise.all([...left, ...left].map(({ id }) => setDefaultProvider(deps, admin, id)));
    expect(await defaults()).toHaveLength(1);
    await documents.close();
  });
});
