/** Who may read which workspace: the adapter's sign-in against the simulated tenants. */
import { expect, test } from "vitest";

import { AppError } from "../../shared/domain/errors.ts";
import type { Siem } from "../../shared/ports/siem.ts";
import type { SiemProvider } from "../../shared/schemas/providers.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";

const clock = testClock();
const tenant = testTenant(clock);
const siem = testSiem(clock, createTenantHttpClient([tenant]));
const provider = await testProvider(tenant);

async function sync(over: Siem, from: SiemProvider): Promise<number[]> {
  const numbers: number[] = [];
  for await (const page of over.changedIncidents(from, lastDays(clock, 31), 100))
    numbers.push(...page.map(({ number }) => number));
  return numbers;
}

/** Answers the AppError that the work ends with. */
async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw new Error("Expected an AppError.", { cause: error });
}

test("a wrong secret, an unknown application and an unknown tenant are told apart", async () => {
  const wrong = await testProvider(tenant, { secret: "another" });
  expect((await failure(sync(siem, { ...wrong, updated_at: "1" }))).detail).toMatch(
    /AADSTS7000215.*value/,
  );
  const app = { ...provider, updated_at: "2", client_id: "44444444-4444-4444-8444-444444444444" };
  expect((await failure(sync(siem, app))).detail).toMatch(/AADSTS700016.*client id/);
  const directory = {
    ...provider,
    updated_at: "3",
    azure_tenant_id: "55555555-5555-4555-8555-555555555555",
  };
  expect((await failure(sync(siem, directory))).detail).toMatch(/tenant id/);
});

// Isolation: a good sign-in of one tenant must not open the workspace of another.
test("another tenant's workspace is denied, an unknown one is not found", async () => {
  const other = testTenant(clock, {
    name: "fabrikam",
    workspaceId: "66666666-6666-4666-8666-666666666666",
    azureTenantId: "77777777-7777-4777-8777-777777777777",
    clientId: "88888888-8888-4888-8888-888888888888",
  });
  const both = testSiem(clock, createTenantHttpClient([tenant, other]));
  const foreign = { ...provider, workspace_id: other.workspaceId };
  expect((await failure(sync(both, foreign))).detail).toContain("(403)");
  const nowhere = { ...provider, workspace_id: "99999999-9999-4999-8999-999999999999" };
  expect((await failure(sync(both, nowhere))).detail).toContain("(404)");
  expect((await sync(both, await testProvider(other))).length).toBeGreaterThan(55);
});
