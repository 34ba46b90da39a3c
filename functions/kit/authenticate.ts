/** Who is calling: an Entra access token, checked the same way in Azure and in the local run. */
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, errors, jwtVerify } from "jose";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import {
  permissionsOfApplicationRoles,
  permissionsOfRoles,
} from "../../shared/domain/permissions.ts";
import type { Clock } from "../../shared/ports/clock.ts";
import type { AuthSettings } from "../../shared/ports/deps.ts";
import type { Principal, Role } from "../../shared/schemas/principal.ts";
import { VerifiedTokens } from "./verifiedTokens.ts";

/** @throws AppError `unauthenticated`, or `forbidden` for a token that carries no role. */
export type Authenticate = (headers: { get(name: string): string | null }) => Promise<Principal>;

/** App roles of the API's registration, strongest first. */
const ROLES: Readonly<Record<string, Role>> = {
  "Soc.Admin": "admin",
  "Soc.Analyst": "analyst",
  "Soc.Viewer": "viewer",
};

const Claims = z.object({
  tid: z.string(),
  oid: z.string(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  scp: z.string().optional(),
  idtyp: z.string().optional(),
  azp: z.string().optional(),
  appid: z.string().optional(),
  roles: z.array(z.string()).default([]),
});

export function createAuthenticator(settings: AuthSettings, clock: Clock): Authenticate {
  // Made at the first call: the key set loads the platform's HTTP client, which a cold start does without.
  let keys: JWTVerifyGetKey | undefined;
  const verified = new VerifiedTokens();
  return async (headers) => {
    const token = /^Bearer ([\w~+/.=-]+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (token === undefined) throw new AppError("unauthenticated", "Send a bearer token.");
    const known = verified.find(token, clock.now());
    if (known !== undefined) return known;
    keys ??= keySet(settings);
    const payload = await verify(token, settings, keys, clock);
    const principal = principalOf(payload);
    verified.keep(token, principal, payload, clock.now());
    return principal;
  };
}

function keySet({ keys }: AuthSettings): JWTVerifyGetKey {
  if (keys.kind === "fixed") return createLocalJWKSet(keys.jwks);
  return createRemoteJWKSet(new URL(keys.uri), { timeoutDuration: 5_000 });
}

/** RS256 only; exact issuer, audience and tenant; expiry against our clock with 60 s of tolerance. */
async function verify(
  token: string,
  settings: AuthSettings,
  keys: JWTVerifyGetKey,
  clock: Clock,
): Promise<JWTPayload> {
  try {
    const tid = String(decodeJwt(token)["tid"]);
    if (!settings.tenantIds.includes(tid)) throw new errors.JWTInvalid("unknown tenant");
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ["RS256"],
      issuer: settings.issuer.replace("{tid}", tid),
      audience: [...settings.audiences],
      requiredClaims: ["exp", "iat", "tid", "oid"],
      clockTolerance: 60,
      currentDate: clock.now(),
    });
    return payload;
  } catch (error) {
    if (!isFlaw(error)) {
      throw new AppError("sign-in-unavailable", "The sign-in keys cannot be fetched.", {
        cause: error,
      });
    }
    const detail =
      error instanceof errors.JWTExpired ? "The token has expired." : "The token is not valid.";
    throw new AppError("unauthenticated", detail, { cause: error });
  }
}

/** Whether the token itself is at fault, rather than the place its signing keys come from. */
const isFlaw = (error: unknown): boolean =>
  [
    errors.JWTInvalid,
    errors.JWTExpired,
    errors.JWTClaimValidationFailed,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
  ].some((kind) => error instanceof kind);

/**
 * `scp` means that a person is behind the token, `idtyp` app that an application is. A token with neither is not an
 * access token: an ID token has the same audience and must not open anything.
 */
function principalOf(payload: JWTPayload): Principal {
  const parsed = Claims.safeParse(payload);
  if (!parsed.success) {
    throw new AppError("unauthenticated", "The token is not valid.", { cause: parsed.error });
  }
  const claims = parsed.data;
  const isApplication = claims.scp === undefined && claims.idtyp === "app";
  if (claims.scp === undefined && !isApplication) {
    throw new AppError("unauthenticated", "The token is not an access token for this API.");
  }
  const { roles, permissions } = rightsOf(claims.roles, isApplication);
  if (permissions.length === 0) {
    throw new AppError(
      "forbidden",
      "This account has no SoCMate role; an administrator assigns it.",
    );
  }
  const email = claims.preferred_username;
  return {
    kind: isApplication ? "application" : "user",
    tenant_id: claims.tid,
    id: claims.oid,
    name: claims.name ?? email ?? claims.azp ?? claims.oid,
    ...(email !== undefined && { email }),
    roles,
    permissions,
    ...(isApplication && { app_id: claims.azp ?? claims.appid ?? claims.oid }),
  };
}

function rightsOf(given: readonly string[], isApplication: boolean) {
  if (isApplication) return { roles: [], permissions: permissionsOfApplicationRoles(given) };
  const roles = given.flatMap((role) => ROLES[role] ?? []);
  return { roles, permissions: permissionsOfRoles(roles) };
}
