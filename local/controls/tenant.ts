/** Controls of the simulated tenants: stories, their truth, and faults. */
import type { IncomingMessage } from "node:http";

import { z } from "zod";

import { createAuthenticator } from "../../functions/kit/authenticate.ts";
import { AppError } from "../../shared/domain/errors.ts";
import type { LocalClock } from "../clock.ts";
import type { Demo } from "../demo.ts";
import { CONTOSO, DEMO_TENANTS } from "../demoTenants.ts";
import type { Issuer } from "../issuer/issuer.ts";
import { armAddressOf } from "../workspace/arm.ts";
import { playStory, PlayStory, tenantStatus, truthOf } from "../workspace/controls.ts";
import { FaultSpec } from "../workspace/faults.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { control } from "./router.ts";

/** `tenant`: name or domain of the demo tenant; Contoso when left out. */
const Story = PlayStory.extend({ tenant: z.string().default(CONTOSO.domain) });

export function tenantControls(demo: Demo, issuer: Issuer, clock: LocalClock) {
  const authenticate = createAuthenticator(issuer.auth, clock);
  /** @throws AppError `forbidden` for everybody but an administrator. */
  const ofAdmin = async (request: IncomingMessage): Promise<Workspace> => {
    const principal = await authenticate(headersOf(request));
    if (!principal.roles.includes("admin")) {
      throw new AppError("forbidden", "This needs the role admin.");
    }
    const own = DEMO_TENANTS.find(({ tenantId }) => tenantId === principal.tenant_id);
    return demo.workspaceOf(own ?? CONTOSO);
  };
  return [
    control({
      method: "GET",
      path: "/tenant",
      handle: async () => tenantStatus(demo.workspaceOf(CONTOSO)),
    }),
    control({
      method: "POST",
      path: "/tenant/stories",
      body: Story,
      handle: async ({ body: { tenant, ...story } }) =>
        playStory(demo.workspaceOf(tenantNamed(tenant)), story),
    }),
    control({
      method: "GET",
      path: "/tenant/truth/{number}",
      async handle({ params, request }) {
        const truth = truthOf(await ofAdmin(request), Number(params["number"]));
        if (truth === undefined) {
          throw new AppError("not-found", "No story stands behind this incident.");
        }
        return truth;
      },
    }),
    control({
      method: "GET",
      path: "/tenant/connection",
      handle: async ({ request }) => connectionOf(await ofAdmin(request)),
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

/** What an SDK of another program needs to reach the workspace at WIRE_PORT. */
const connectionOf = (workspace: Workspace) => ({
  azure_tenant_id: workspace.azureTenantId,
  client_id: workspace.clientId,
  client_secret: workspace.clientSecret,
  workspace_id: workspace.workspaceId,
  ...armAddressOf(workspace),
});

function tenantNamed(name: string) {
  const found = DEMO_TENANTS.find(({ domain, name: shown }) =>
    [domain, shown.toLowerCase()].includes(name.toLowerCase()),
  );
  if (found === undefined) throw new AppError("not-found", "There is no such demo tenant.");
  return found;
}

const headersOf = ({ headers }: IncomingMessage) => ({
  get: (name: string) => (name === "authorization" ? (headers.authorization ?? null) : null),
});
