/** The local run's token issuer: signs real JWTs that pass the same checks as Entra's. Never in the deployed package. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";

import type { Clock } from "../../shared/ports/clock.ts";
import type { AuthSettings } from "../../shared/ports/deps.ts";
import type { Role } from "../../shared/schemas/principal.ts";
import { DEMO_TENANTS, type DemoUser } from "../demoTenants.ts";

const ISSUER = "https://dev.invalid/{tid}/v2.0";
const AUDIENCE = "api://socmate-local";
const KEY_ID = "local-1";

export const TOKEN_SECONDS = 3600;

const APP_ROLES: Readonly<Record<Role, string>> = {
  admin: "Soc.Admin",
  analyst: "Soc.Analyst",
  viewer: "Soc.Viewer",
};

export interface Issuer {
  auth: AuthSettings;
  /** An access token for the user, valid for `TOKEN_SECONDS` by the local clock. */
  issue(user: DemoUser): Promise<string>;
}

/**
 * A fresh key for each run.
 * @throws Error on an Azure host: any WEBSITE_* setting marks one.
 */
export async function createIssuer(
  clock: Clock,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Issuer> {
  const website = Object.keys(env).find((name) => name.startsWith("WEBSITE_"));
  if (website !== undefined) {
    throw new Error(
      `The local issuer does not run where ${website} is set: this is an Azure host.`,
    );
  }
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: "RS256", use: "sig" };
  return {
    auth: {
      issuer: ISSUER,
      audiences: [AUDIENCE],
      tenantIds: DEMO_TENANTS.map(({ tenantId }) => tenantId),
      keys: { kind: "fixed", jwks: { keys: [jwk] } },
    },
    async issue(user) {
      const now = Math.floor(clock.now().getTime() / 1000);
      return await new SignJWT({
        tid: user.tenant.tenantId,
        oid: user.objectId,
        name: user.name,
        preferred_username: user.user,
        scp: "access_as_user",
        roles: user.roles.map((role) => APP_ROLES[role]),
        ver: "2.0",
      })
        .setProtectedHeader({ alg: "RS256", kid: KEY_ID, typ: "JWT" })
        .setIssuer(ISSUER.replace("{tid}", user.tenant.tenantId))
        .setAudience(AUDIENCE)
        .setSubject(user.objectId)
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + TOKEN_SECONDS)
        .sign(privateKey);
    },
  };
}
