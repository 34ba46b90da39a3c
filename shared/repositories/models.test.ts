import { randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { plainKeys } from "../../local/workspace/testTenant.ts";
import { seal } from "../domain/sealing.ts";
import { testDeps } from "../testing/deps.ts";
import { aModel, TENANT } from "../testing/fixtures.ts";
import { setModels } from "../testing/modelSession.ts";
import { change, learn, list, sealedKeys } from "./models.ts";

const PLACE = { tenant_id: TENANT, subject_id: "model:judge", field: "api_key" };
const LEARNED = { ...aModel().abilities, tools: true };

// The deployment's own model is in no tenant's list: each of its answers would write the list anew, against who edits it.
test("what is learned of a model that is not in the list, or was changed, writes nothing", async () => {
  const deps = testDeps();
  await setModels(deps, [aModel()]);
  const version = async () => (await deps.documents.read("tenants", [TENANT], "models"))?.etag;
  const before = await version();
  await learn(deps.documents, aModel({ model_name: "the deployment's" }), LEARNED);
  await learn(deps.documents, aModel({ updated_at: "2026-01-02T00:00:00.000Z" }), LEARNED);
  expect(await version()).toBe(before);
  await learn(deps.documents, aModel(), LEARNED);
  expect((await list(deps.documents, TENANT))[0]?.abilities).toEqual(LEARNED);
});

// A key that a rotation passes over is lost with the old wrapping key.
test("keys of every tenant are found, however many there are", async () => {
  const deps = testDeps();
  const api_key = await seal("secret", PLACE, plainKeys, randomBytes);
  for (let i = 0; i < 101; i += 1) {
    const items = [aModel({ tenant_id: `tenant-${i}`, auth: "api_key", api_key })];
    await change(deps, `tenant-${i}`, () => ({ items, messages: [], result: undefined }));
  }
  const found = await sealedKeys(deps.documents);
  expect(new Set(found.map(({ tenant_id }) => tenant_id)).size).toBe(101);
});
