/** The playbooks of docs/integrations/logic-app, run from their own files against the started product. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { Json, type JsonObject } from "../../shared/schemas/json.ts";
import type { Product } from "../product/product.ts";
import { until } from "../product/until.ts";
import { ADMIN, ANALYST, issueKey, playStory, someNumbers, triggerOf } from "./edge.ts";
import { runPlaybook } from "./workflow.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../docs/integrations/logic-app");
const AUDIENCE = "api://00000000-0000-0000-0000-000000000000";

let product: Product;

/** To be called before the cases run. */
export function useForLogicApps(started: Product): void {
  product = started;
}

const templateOf = async (name: string): Promise<Json> =>
  Json.parse(JSON.parse(await readFile(path.join(FOLDER, `${name}.json`), "utf8")));

/** As Azure would: a token for the managed identity, for the audience of the API and no other. */
const tokenFor = async (audience: string): Promise<string> => {
  if (audience !== AUDIENCE) throw new Error(`Nobody answers for ${audience}.`);
  const reply = await product.ask(undefined, "POST", "/local/token", { user: ANALYST });
  return z.string().parse(reply["access_token"]);
};

const run = async (name: string, triggerBody: JsonObject, parameters: Record<string, string>) =>
  runPlaybook(await templateOf(name), {
    parameters: { SocmateUrl: product.url, ...parameters },
    triggerBody,
    tokenFor,
  });

describe("managed-identity.json", () => {
  // Logic Apps give up on whatever they cannot follow: a Location that is relative, a 202 that never ends.
  test("the trigger comes to a report, polled by Location, and the report to a comment", async () => {
    const [number = 0] = (await someNumbers(product)) ?? [];
    const trigger = await triggerOf(product, number);
    const { sent, connectors, bodies } = await run("managed-identity", trigger, {
      SocmateAudience: AUDIENCE,
    });
    expect(sent[0]).toMatchObject({ action: "Investigate", method: "POST", status: 202 });
    expect(sent.at(-1)).toMatchObject({ action: "Read_incident", method: "GET", status: 200 });
    expect(bodies["Investigate"]).toMatchObject({ status: "completed", incident_number: number });
    expect(bodies["Read_incident"]).toMatchObject({ number });
    expect(connectors).toHaveLength(1);
    const [comment] = connectors;
    expect(comment).toMatchObject({
      action: "Comment_with_the_report",
      path: "/Incidents/Comment",
      body: { message: expect.stringContaining(`incident ${number}`) },
    });
    // The playbook runs twice for one event when Sentinel delivers it twice.
    const again = await run("managed-identity", trigger, { SocmateAudience: AUDIENCE });
    expect(again.bodies["Investigate"]).toEqual(bodies["Investigate"]);
  }, 90_000);

  test("what cannot be investigated is said on the incident, not passed over", async () => {
    const [, number = 0] = (await someNumbers(product)) ?? [];
    await product.ask(ADMIN, "POST", "/local/faults", {
      target: "loganalytics",
      kind: "status",
      status: 400,
      share: 1,
    });
    try {
      const trigger = await triggerOf(product, number);
      const { connectors } = await run("managed-identity", trigger, { SocmateAudience: AUDIENCE });
      expect(connectors).toMatchObject([{ action: "Comment_without_a_report" }]);
    } finally {
      await product.call(ADMIN, "DELETE", "/local/faults");
    }
  }, 90_000);
});

describe("api-key.json", () => {
  test("the report is written to the incident in Sentinel by the product itself", async () => {
    const providers = await product.ask(ADMIN, "GET", "/api/admin/siem-providers");
    const [provider] = z.array(z.object({ id: z.string() })).parse(providers["providers"]);
    const at = `/api/admin/siem-providers/${provider?.id}`;
    await product.ask(ADMIN, "PATCH", at, { writeback_enabled: true });
    const [, , number = 0] = (await someNumbers(product)) ?? [];
    const SocmateApiKey = await issueKey(product);
    const trigger = await triggerOf(product, number);
    const { sent, connectors, bodies } = await run("api-key", trigger, { SocmateApiKey });
    expect(bodies["Investigate"]).toMatchObject({ status: "completed" });
    expect(sent.every(({ status }) => status < 300)).toBe(true);
    expect(connectors).toEqual([]);
    const Timeline = z.looseObject({
      items: z.array(z.looseObject({ title: z.string(), by: z.string().optional() })),
    });
    const written = await until("the comment and the task", async () => {
      const timeline = `/api/v1/incidents/${number}/timeline`;
      const { items } = Timeline.parse(await product.ask(ANALYST, "GET", timeline));
      const found = items.filter(({ title }) => title.startsWith("Written to Sentinel"));
      return found.length < 2 ? undefined : found;
    });
    expect(written.map(({ title }) => title).join()).toMatch(/comment added.+task added/);
    expect(written[0]?.by).toContain("integration");
  }, 90_000);
});

// Playbooks run seconds after an incident arises; a sync comes every five minutes.
test("an incident that no sync has brought yet is fetched and investigated", async () => {
  const number = await playStory(product, "phishing");
  const reply = await until("the incident in Log Analytics", async () => {
    const route = "/api/v1/investigations/from-sentinel";
    const answer = await product.call(ANALYST, "POST", route, { incidentNumber: number });
    return answer.status === 202 ? answer : undefined;
  });
  expect(reply.json).toMatchObject({ incident_number: number });
});
