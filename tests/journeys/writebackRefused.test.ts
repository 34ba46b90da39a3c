/** Write-backs that are refused: nothing is changed, and the reader is told what to do. */
import { beforeEach, describe, expect, test } from "vitest";

import type { AppError } from "../../shared/domain/errors.ts";
import type { JsonObject } from "../../shared/schemas/json.ts";
import { WritebackWorld } from "./writebackWorld.ts";

let world: WritebackWorld;

beforeEach(async () => {
  world = await WritebackWorld.open();
});

const refusal = async (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => {
      throw new Error("It was not refused.");
    },
    (error: AppError) => error,
  );

describe("what is refused changes nothing", () => {
  const pairs: [object, string][] = [
    [{ status: "closed" }, "/classification"],
    [{ status: "closed", classification: "true_positive" }, "/classification_reason"],
    [
      {
        status: "closed",
        classification: "true_positive",
        classification_reason: "InaccurateData",
      },
      "/classification_reason",
    ],
    [
      {
        status: "closed",
        classification: "undetermined",
        classification_reason: "InaccurateData",
      },
      "/classification_reason",
    ],
    [{ classification: "undetermined" }, "/classification"],
  ];
  test.each(pairs)("422: %j names what Sentinel takes", async (body, pointer) => {
    expect(await refusal(world.write(body))).toMatchObject({
      code: "invalid-fields",
      errors: [{ pointer }],
    });
    expect(await world.inSentinel()).toMatchObject({ status: "new", classification: null });
  });

  const settings: [JsonObject, string][] = [
    [{ writeback_enabled: false }, "writeback_enabled"],
    [{ subscription_id: null, workspace_name: null }, "subscription_id, workspace_name"],
    // There, the number is another incident's.
    [{ workspace_id: "22222222-2222-4222-8222-222222222222" }, "another workspace"],
  ];
  test.each(settings)("409: %j is named", async (set, words) => {
    await world.deps.documents.batch(
      "tenants",
      [world.tenant.name],
      [{ kind: "patch", id: world.provider.id, set }],
    );
    const error = await refusal(world.write({ status: "active" }));
    expect(error).toMatchObject({ code: "conflict" });
    expect(error.detail).toContain(words);
  });

  test("a missing role is named", async () => {
    world.faults.add({ target: "arm", kind: "status", status: 403 });
    const error = await refusal(world.write({ status: "active" }));
    expect(error).toMatchObject({ code: "siem-unavailable" });
    expect(error.detail).toContain("Microsoft Sentinel Responder");
    world.faults.clear();
    expect(await world.inSentinel()).toMatchObject({ status: "new" });
    expect(await world.record()).toMatchObject({ writeback: null });
  });

  test("a long wait that Sentinel asks for reaches the caller, a short one is waited out", async () => {
    world.faults.add({ target: "arm", kind: "status", status: 429, retry_after: 60 });
    expect(await refusal(world.write({ status: "active" }))).toMatchObject({
      code: "siem-unavailable",
      retryAfterSeconds: 60,
    });
    world.faults.clear();
    world.faults.add({ target: "arm", kind: "status", status: 429, retry_after: 0, count: 1 });
    expect((await world.write({ status: "active" })).isDone).toBe(true);
  });

  test("an expired token is renewed, once", async () => {
    await world.inSentinel();
    world.faults.add({ target: "arm", kind: "expired_token" });
    expect((await world.write({ status: "active" })).isDone).toBe(true);
  });

  test("the address of another workspace is refused: the incident is not there", async () => {
    await world.deps.documents.batch(
      "tenants",
      [world.tenant.name],
      [{ kind: "patch", id: world.provider.id, set: { workspace_name: "another" } }],
    );
    expect(await refusal(world.write({ status: "active" }))).toMatchObject({ code: "conflict" });
  });
});
