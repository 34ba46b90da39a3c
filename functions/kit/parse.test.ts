/** Stamped fields in bodies: what a client was given it may send back. */
import { expect, test } from "vitest";
import type { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import { CreateApiKeyBody } from "../../shared/schemas/apiKeys.ts";
import { CreateModelBody, UpdateModelBody } from "../../shared/schemas/models.ts";
import { CreateScheduleBody, UpdateScheduleBody } from "../../shared/schemas/schedules.ts";
import { CreateProviderBody, UpdateProviderBody } from "../../shared/schemas/siemProviders.ts";
import { CreateWebhookBody, UpdateWebhookBody } from "../../shared/schemas/webhooks.ts";
import { parseBody } from "./parse.ts";

const STAMPED = {
  id: "x_1",
  app_id: "a",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  created_by: "ana",
  updated_by: null,
  source: "manual",
  source_type: "ui",
  is_deleted: false,
  deleted_at: null,
  deleted_by: null,
  schema_version: 1,
};

/** Where the body was refused; empty when it was taken. */
function refusedAt(body: z.ZodType, json: unknown): string[] {
  try {
    parseBody({ body }, json);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.errors ?? []).map(({ pointer }) => pointer);
  }
}

const schedule = { name: "Nightly", user_query: "Any sign-ins?", frequency: "daily" };
const model = { model_name: "m", provider: "azure", model_id: "m", api_base: "https://m.example" };
const provider = {
  name: "Prod",
  provider_type: "sentinel",
  workspace_id: "ws",
  tenant_id: "entra.example",
  auth: "managed_identity",
};

// A form sends back the record that it was given; refusing what the server itself put there helps nobody.
test.each<[string, z.ZodType, object]>([
  ["POST schedule", CreateScheduleBody, { ...schedule, tenant_id: "t" }],
  ["PATCH schedule", UpdateScheduleBody, { name: "Other", tenant_id: "t" }],
  ["POST webhook", CreateWebhookBody, { name: "W", url: "https://w.example", tenant_id: "t" }],
  ["PATCH webhook", UpdateWebhookBody, { name: "W", tenant_id: "t" }],
  ["POST provider", CreateProviderBody, provider],
  ["PATCH provider", UpdateProviderBody, { name: "Other" }],
  ["POST model", CreateModelBody, { ...model, tenant_id: "t" }],
  ["PATCH model", UpdateModelBody, { model_id: "m-2", tenant_id: "t" }],
  ["POST API key", CreateApiKeyBody, { name: "K", scopes: ["incidents:read"], tenant_id: "t" }],
])("%s: stamped fields are ignored, others that are not known are named", (_, body, json) => {
  const { tenant_id: _stamped, ...plain } = { tenant_id: undefined, ...json };
  const kept = "provider_type" in plain ? json : plain;
  expect(parseBody({ body }, { ...STAMPED, ...json })).toEqual(parseBody({ body }, kept));
  expect(refusedAt(body, { ...STAMPED, ...json, nonsense: 1 })).toEqual(["/nonsense"]);
});

test("a field that the body itself has is taken, whatever its name", () => {
  const json = { ...STAMPED, tenant_id: "entra.example" };
  expect(parseBody({ body: UpdateProviderBody }, json)).toEqual({ tenant_id: "entra.example" });
});

// Answering 200 to a change of nothing but the id would look as if it had been changed.
test("nothing but stamped fields is no change", () => {
  expect(refusedAt(UpdateScheduleBody, STAMPED)).toEqual([""]);
});
