import { expect, test } from "vitest";

import { testDeps } from "../testing/deps.ts";
import { aModel, TENANT } from "../testing/fixtures.ts";
import { setModels } from "../testing/modelSession.ts";
import { learn, list } from "./models.ts";

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
