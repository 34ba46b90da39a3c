import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { documentStoreContract } from "../../testing/documentStore.contract.ts";
import { openDatabase } from "./database.ts";
import { createSqliteDocumentStore } from "./documentStore.ts";

documentStoreContract("SQLite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "documents-"));
  let now = Date.UTC(2026, 0, 1);
  return {
    open: async () =>
      createSqliteDocumentStore(openDatabase(join(folder, "state.db")), {
        now: () => new Date(now),
      }),
    advanceSeconds: (seconds) => {
      now += seconds * 1000;
    },
    propertyRuns: 15,
    dispose: async () => {
      rmSync(folder, { recursive: true });
    },
  };
});
