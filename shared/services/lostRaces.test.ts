import { expect, test } from "vitest";

import { retryOnConflict } from "../domain/retryOnConflict.ts";
import { setAsideRow } from "../domain/incidentsSetAside.ts";
import * as setAside from "../repositories/incidentsSetAside.ts";
import * as providers from "../repositories/providers.ts";
import * as syncState from "../repositories/syncState.ts";
import { testDeps, type TestDeps } from "../testing/deps.ts";
import { aPrincipal, aProvider, NOW } from "../testing/fixtures.ts";
import { appendAudit } from "./appendAudit.ts";
import { testSaved } from "./testProvider.ts";

/** More than any writer may try. */
const BATCHES_MAX = 200;
const provider = aProvider();

/** A store in which somebody else always was faster. */
function losing(deps: TestDeps): TestDeps {
  let batches = 0;
  const { documents } = deps;
  const never: TestDeps["documents"] = {
    read: (...call) => documents.read(...call),
    query: (...call) => documents.query(...call),
    count: (...call) => documents.count(...call),
    close: () => documents.close(),
    batch: async () => {
      batches += 1;
      if (batches > BATCHES_MAX) throw new Error("It tries for ever.");
      return "conflict";
    },
  };
  return { ...deps, documents: never };
}

const entry = {
  id: "audit:1",
  tenant_id: provider.tenant_id,
  at: NOW,
  actor_id: "ana",
  actor_kind: "user",
  action: "session.start",
  subject_id: "ses_1",
  fields: [],
} as const;

const writers: Record<string, (deps: TestDeps) => Promise<unknown>> = {
  "the state of a sync": ({ documents }) => syncState.update(documents, provider, 1, (s) => s),
  "rows put aside": ({ documents }) =>
    setAside.update(
      documents,
      provider,
      [setAsideRow({ IncidentNumber: 1 }, "r", new Date(NOW))],
      [],
      new Date(NOW),
    ),
  "a provider's status": ({ documents }) => providers.setStatus(documents, provider, "error"),
  "a connection test": (deps) => testSaved(deps, aPrincipal("admin"), provider.id),
  "an audit entry": (deps) => appendAudit(deps, { ...entry, fields: [] }),
};

// A loop without an end holds a worker, and its lease, for ever.
test.each(Object.entries(writers))(
  "%s gives up after a bounded number of races",
  async (_, write) => {
    const deps = testDeps();
    await providers.create(deps.documents, provider);
    await expect(write(losing(deps))).rejects.toMatchObject({
      code: expect.stringMatching(/^(conflict|store-unavailable)$/),
    });
  },
);

test("what wins at last is answered, and what fails otherwise is not tried again", async () => {
  const outcomes = ["conflict", "conflict", "done"] as const;
  let tried = 0;
  const attempt = async () => outcomes[tried++] ?? "conflict";
  expect(await retryOnConflict(attempt, { what: "It" })).toBe("done");
  tried = 0;
  const failing = async () => {
    tried += 1;
    throw new Error("a bug");
  };
  await expect(retryOnConflict(failing, { what: "It" })).rejects.toThrow("a bug");
  expect(tried).toBe(1);
});
