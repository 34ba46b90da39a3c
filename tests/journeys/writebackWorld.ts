/** A simulated tenant that takes write-backs over the real client, and a store that was synchronised with it. */
import { RestError } from "@azure/core-rest-pipeline";

import { armAddressOf } from "../../local/workspace/arm.ts";
import { createFaults, type Faults } from "../../local/workspace/faults.ts";
import type { Tenant } from "../../local/workspace/tenant.ts";
import { createTenantHttpClient } from "../../local/workspace/tenantHttpClient.ts";
import { plainKeys, testProvider, testTenant } from "../../local/workspace/testTenant.ts";
import { createSentinel } from "../../shared/adapters/sentinel/sentinel.ts";
import * as incidents from "../../shared/repositories/incidents.ts";
import { find, show } from "../../shared/repositories/incidentViews.ts";
import * as providers from "../../shared/repositories/providers.ts";
import type { IncidentRecord } from "../../shared/schemas/incidents.ts";
import {
  type CurrentIncident,
  type IncidentFields,
  IncidentWriteback,
} from "../../shared/schemas/incidentsWriteback.ts";
import type { SiemProvider } from "../../shared/schemas/providers.ts";
import { syncIncidents } from "../../shared/services/syncIncidents.ts";
import { finishWritebacks, writeBackIncident } from "../../shared/services/writeBackIncident.ts";
import { drain, ManualClock, type TestDeps, testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";

export const MINUTE = 60_000;
type Hook = (method: string, path: string) => Promise<void>;

/** A connection that breaks. */
export const lost = (): RestError => new RestError("socket hang up", { code: "ECONNRESET" });

export class WritebackWorld {
  readonly clock = new ManualClock();
  readonly faults: Faults = createFaults();
  readonly tenant: Tenant;
  readonly deps: TestDeps & { siem: ReturnType<typeof createSentinel> };
  readonly number: number;
  /** Called before a request to Resource Manager goes out, and when its answer has come: both may lose it. */
  onSend: Hook = async () => {};
  onAnswer: Hook = async () => {};
  #isOthers = false;
  #provider: SiemProvider | undefined;

  private constructor() {
    this.clock.set("2026-06-17T16:00:00.000Z");
    this.tenant = testTenant(this.clock);
    const client = createTenantHttpClient([this.tenant], this.faults);
    const siem = createSentinel({
      clock: this.clock,
      keys: plainKeys,
      retryDelayMs: 1,
      httpClient: {
        sendRequest: async (request) => {
          const isOurs = request.url.startsWith("https://management.azure.com/") && !this.#isOthers;
          if (isOurs) await this.onSend(request.method, request.url);
          const response = await client.sendRequest(request);
          if (isOurs) await this.onAnswer(request.method, request.url);
          return response;
        },
      },
    });
    this.deps = Object.assign(testDeps({ clock: this.clock }), { siem });
    const played = this.tenant.playStory({ family: "phishing", truth: "true_positive" });
    this.number = played.incident_numbers[0] ?? 0;
  }

  /** With an incident of High severity that was synchronised, and nothing waiting on a queue. */
  static async open(): Promise<WritebackWorld> {
    const world = new WritebackWorld();
    const address = armAddressOf(world.tenant);
    world.#provider = await testProvider(world.tenant, { writeback_enabled: true, ...address });
    await providers.create(world.deps.documents, world.#provider);
    await world.sync();
    await drain(world.deps.queue, "notifications");
    await drain(world.deps.queue, "audit");
    return world;
  }

  get provider(): SiemProvider {
    if (this.#provider === undefined) throw new Error("The world is not open.");
    return this.#provider;
  }

  /** As Ana Analyst. */
  write(body: object, { ifMatch, key }: { ifMatch?: string; key?: string } = {}) {
    const analyst = {
      ...aPrincipal("analyst"),
      tenant_id: this.tenant.name,
      name: "Ana Analyst",
    };
    const target = { number: this.number, ifMatch, idempotencyKey: key };
    return writeBackIncident(this.deps, analyst, target, IncidentWriteback.parse(body));
  }

  /** The version that a reader of the incident sees. */
  async etag(): Promise<string> {
    const { documents } = this.deps;
    return (await show(this.deps, await find(documents, this.tenant.name, this.number))).etag;
  }

  /** A sync when Log Analytics has caught up. */
  async sync(): Promise<void> {
    this.clock.advance(15 * MINUTE);
    await syncIncidents(this.deps, this.tenant.name);
  }

  /** What the timer does a few minutes later. */
  async finish(): Promise<void> {
    this.clock.advance(5 * MINUTE);
    await finishWritebacks(this.deps);
  }

  /** As we have it. */
  async record(): Promise<IncidentRecord> {
    const key = `${this.tenant.workspaceId}:${this.number}`;
    const stored = await incidents.read(this.deps.documents, this.tenant.name, key);
    if (stored === undefined) throw new Error("The incident is not there.");
    return stored.record;
  }

  /** As Sentinel has it. */
  async inSentinel(): Promise<CurrentIncident> {
    const at = { number: this.number, name: undefined };
    const current = await this.deps.siem.currentIncident(this.provider, at);
    if (current === undefined) throw new Error("Sentinel does not have the incident.");
    return current;
  }

  /** The comments in the newest row that the workspace shows. */
  async commentsInRows(): Promise<unknown[]> {
    await this.sync();
    const comments = (await this.record()).sentinel["Comments"];
    return Array.isArray(comments) ? comments : [];
  }

  /** A change that does not go through us. */
  async bySomebodyElse(fields: Partial<IncidentFields>): Promise<void> {
    const wasOthers = this.#isOthers;
    this.#isOthers = true;
    try {
      this.clock.advance(1000);
      const current = await this.inSentinel();
      const { siem } = this.deps;
      const done = await siem.updateIncident(this.provider, current, { ...current, ...fields });
      if (done.outcome !== "done") throw new Error(`Somebody else's change: ${done.outcome}`);
    } finally {
      this.#isOthers = wasOthers;
    }
  }
}
