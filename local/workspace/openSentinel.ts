/** The Sentinel adapter over the real SDKs, beside a simulated tenant of its own whose services can be made to fail. */
import { AppError } from "../../shared/domain/errors.ts";
import type { Siem } from "../../shared/ports/siem.ts";
import type { SentinelIncident } from "../../shared/schemas/incidents.ts";
import { createFaults } from "./faults.ts";
import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";

/** Answers the AppError that the work ends with. @throws Error when it ends with none. */
export async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw new Error("Expected an AppError.", { cause: error });
}

/** Opens a tenant with a month of logs and the adapter that reads it. */
export async function openSentinel() {
  const clock = testClock();
  const tenant = testTenant(clock);
  const faults = createFaults();
  const httpClient = createTenantHttpClient([tenant], faults);
  const siem = testSiem(clock, httpClient);
  const provider = await testProvider(tenant);
  return {
    clock,
    tenant,
    faults,
    siem,
    provider,
    /** An adapter that has signed in nowhere yet. */
    newSiem: () => testSiem(clock, httpClient),
    /** All incidents that changed in the last month, as pages bring them. */
    sync: async ({ over = siem, pageSize = 100 }: { over?: Siem; pageSize?: number } = {}) => {
      const incidents: SentinelIncident[] = [];
      for await (const page of over.changedIncidents(provider, lastDays(clock, 31), pageSize))
        incidents.push(...page);
      return incidents;
    },
    /** A query over the last month. */
    query: (kql: string, timeoutMs = 30_000) =>
      siem.query(provider, { kql, timespan: lastDays(clock, 31), maxRows: 1000, timeoutMs }),
  };
}
