/** Tokens for tests: the local issuer's own, and forgeries that differ from a good one in a single thing. */
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";

import { DEMO_USERS, type DemoTenant, type DemoUser } from "../../local/demoTenants.ts";
import { createIssuer, type Issuer } from "../../local/issuer/issuer.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { AuthSettings } from "../../shared/ports/deps.ts";
import type { Role } from "../../shared/schemas/principal.ts";

const APP_ROLES: Readonly<Record<Role, string>> = {
  admin: "Soc.Admin",
  analyst: "Soc.Analyst",
  viewer: "Soc.Viewer",
};

interface Flaw {
  audience?: string;
  issuer?: string;
  expiresInSeconds?: number;
  /** Signs with a key that nobody has published. */
  withForeignKey?: boolean;
}

export interface TokenOffice {
  /** The local issuer's settings, which also trust the key that forgeries are signed with. */
  auth: AuthSettings;
  issue: Issuer["issue"];
  /** A token of our own making: good when nothing is wrong with it. */
  forge(user: DemoUser, flaw?: Flaw): Promise<string>;
  /** The same claims with `alg: none`. */
  unsigned(user: DemoUser): string;
}

export const userOf = (tenant: DemoTenant, role: Role): DemoUser => {
  const found = DEMO_USERS.find((user) => user.tenant === tenant && user.roles.includes(role));
  if (found === undefined) throw new Error(`${tenant.name} has no ${role}.`);
  return found;
};

export async function openTokenOffice(clock: Clock): Promise<TokenOffice> {
  const [issuer, trusted, foreign] = await Promise.all([
    createIssuer(clock, {}),
    generateKeyPair("RS256"),
    generateKeyPair("RS256"),
  ]);
  const published = { ...(await exportJWK(trusted.publicKey)), kid: "forge-1", alg: "RS256" };
  const own = issuer.auth.keys.kind === "fixed" ? issuer.auth.keys.jwks.keys : [];
  const auth: AuthSettings = {
    ...issuer.auth,
    keys: { kind: "fixed", jwks: { keys: [...own, published] } },
  };
  const audience = auth.audiences[0] ?? "";
  const seconds = () => Math.floor(clock.now().getTime() / 1000);
  return {
    auth,
    issue: (user) => issuer.issue(user),
    forge: (user, flaw = {}) =>
      new SignJWT(claimsOf(user))
        .setProtectedHeader({ alg: "RS256", kid: "forge-1" })
        .setIssuer(flaw.issuer ?? auth.issuer.replace("{tid}", user.tenant.tenantId))
        .setAudience(flaw.audience ?? audience)
        .setSubject(user.objectId)
        .setIssuedAt(seconds() - 7200)
        .setExpirationTime(seconds() + (flaw.expiresInSeconds ?? 600))
        .sign(flaw.withForeignKey === true ? foreign.privateKey : trusted.privateKey),
    unsigned: (user) =>
      new UnsecuredJWT(claimsOf(user))
        .setIssuer(auth.issuer.replace("{tid}", user.tenant.tenantId))
        .setAudience(audience)
        .setSubject(user.objectId)
        .setIssuedAt(seconds())
        .setExpirationTime(seconds() + 600)
        .encode(),
  };
}

const claimsOf = (user: DemoUser) => ({
  tid: user.tenant.tenantId,
  oid: user.objectId,
  name: user.name,
  preferred_username: user.user,
  scp: "access_as_user",
  roles: user.roles.map((role) => APP_ROLES[role]),
  ver: "2.0",
});
