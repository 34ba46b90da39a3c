/** Controls of the simulated tenants: stories, their truth, and faults. */
import type { IncomingMessage } from "node:http";

import { z } from "zod";

import { createAuthenticator } from "../../functions/kit/authenticate.ts";
import { AppError } from "../../shared/domain/errors.ts";
import type { LocalClock } from "../clock.ts";
import type { Demo } from "../demo.ts";
import { CONTOSO, DEMO_TENANTS } from "../demoTenants.ts";
import type { Issuer } from "../issuer/issuer.ts";
import { FaultSpec } from "../workspace/faults.ts";
import { FAMILIES } from "../workspace/stories/families.ts";
import { control } from "./router.ts";

const Story = z.strictObject({
  family: z.enum(FAMILIES.map(({ name }) => name)),
  truth: z.enum(["true_positive", "benign_positive", "false_positive"]),
  seed: z.union([z.int(), z.string().max(100)]).optional(),
  /** Domain or name of the tenant; Contoso when left out. */
  tenant: z.string().optional(),
});

export function tenantControls(demo: Demo, issuer: Issuer, clock: LocalClock) {
  const authenticate = createAuthenticator(issuer.auth, clock);
  return [
    control({
      method: "GET",
      path: "/tenant",
      handle: async () => describe(demo),
    }),
    control({
      method: "POST",
      path: "/tenant/stories",
      body: Story,
      async handle({ body }) {
        const { seed, family, truth } = body;
        const tenant = demo.tenantOf(tenantNamed(body.tenant));
        return tenant.playStory({ family, truth, ...(seed !== undefined && { seed: String(seed) }) });
      },
    }),
    control({
      method: "GET",
      path: "/tenant/truth/{number}",
      async handle({ params, request }) {
        const principal = await authenticate(headersOf(request));
        if (!principal.roles.includes("admin")) {
          throw new AppError("forbidden", "This needs the role admin.");
        }
        const own = DEMO_TENANTS.find(({ tenantId }) => tenantId === principal.tenant_id) ?? CONTOSO;
        const truth = demo.tenantOf(own).truth(Number(params["number"]));
        if (truth === undefined) {
          throw new AppError("not-found", "No story stands behind this incident.");
        }
        return truth;
      },
    }),
    control({
      method: "POST",
      path: "/faults",
      body: FaultSpec,
      handle: async ({ body }) => demo.faults.add(body),
    }),
    control({
      method: "GET",
      path: "/faults",
      handle: async () => ({ faults: demo.faults.list() }),
    }),
    control({
      method: "DELETE",
      path: "/faults",
      async handle() {
        demo.faults.clear();
        return { faults: [] };
      },
    }),
  ];
}

function describe(demo: Demo) {
  const tenant = demo.tenantOf(CONTOSO);
  tenant.tick();
  const tables = Object.keys(tenant.schema)
    .map((name) => ({ name, rows: tenant.tables.rowCount(name) }))
    .filter(({ rows }) => rows > 0);
  return {
    families: FAMILIES.map(({ name }) => name),
    truths: ["true_positive", "benign_positive", "false_positive"],
    stories: tenant.played(),
    tables,
  };
}

function tenantNamed(name: string = CONTOSO.domain) {
  const found = DEMO_TENANTS.find(({ domain, name: shown }) =>
    [domain, shown.toLowerCase()].includes(name.toLowerCase()),
  );
  if (found === undefined) throw new AppError("not-found", "There is no such demo tenant.");
  return found;
}

const headersOf = ({ headers }: IncomingMessage) => ({
  get: (name: string) => (name === "authorization" ? (headers.authorization ?? null) : null),
});
