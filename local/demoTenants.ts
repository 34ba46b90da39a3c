/** The two demo tenants: who may sign in, and the workspace each has. */
import { createHash } from "node:crypto";

import type { Role } from "../shared/schemas/principal.ts";

export interface DemoUser {
  /** Sign-in name, e.g. `analyst@contoso.example`. */
  user: string;
  name: string;
  objectId: string;
  tenant: DemoTenant;
  roles: readonly Role[];
}

export interface DemoTenant {
  name: string;
  domain: string;
  /** Entra tenant id: the tenant of the product. */
  tenantId: string;
  workspaceId: string;
  clientId: string;
  /** Known to the simulated token endpoint only. */
  clientSecret: string;
  providerName: string;
}

/** Ids are derived from names, so that they are the same on every machine. */
function derivedGuid(name: string): string {
  const hex = createHash("sha256").update(`socmate-demo|${name}`).digest("hex");
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}

const demoTenant = (name: string, domain: string): DemoTenant => ({
  name,
  domain,
  tenantId: derivedGuid(`${domain}/tenant`),
  workspaceId: derivedGuid(`${domain}/workspace`),
  clientId: derivedGuid(`${domain}/client`),
  clientSecret: `demo~${createHash("sha256").update(domain).digest("base64url").slice(0, 32)}`,
  providerName: `${name} Sentinel`,
});

export const CONTOSO = demoTenant("Contoso", "contoso.example");
export const FABRIKAM = demoTenant("Fabrikam", "fabrikam.example");
export const DEMO_TENANTS: readonly DemoTenant[] = [CONTOSO, FABRIKAM];

const PEOPLE: readonly { name: string; role: Role; byTenant: readonly [string, string] }[] = [
  { name: "analyst", role: "analyst", byTenant: ["Ana Lindqvist", "Farid Khan"] },
  { name: "admin", role: "admin", byTenant: ["Ada Moreau", "Fiona Berg"] },
  { name: "viewer", role: "viewer", byTenant: ["Vik Osei", "Frank Lund"] },
];

export const DEMO_USERS: readonly DemoUser[] = DEMO_TENANTS.flatMap((tenant, i) =>
  PEOPLE.map(({ name, role, byTenant }) => ({
    user: `${name}@${tenant.domain}`,
    name: byTenant[i] ?? name,
    objectId: derivedGuid(`${tenant.domain}/${name}`),
    tenant,
    roles: [role],
  })),
);

/** `undefined` for a name that is not in the list. */
export const findDemoUser = (user: string): DemoUser | undefined =>
  DEMO_USERS.find((known) => known.user === user.toLowerCase());
