import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";

import type { AuthSettings } from "../../shared/ports/deps.ts";
import { createAuthenticator } from "./authenticate.ts";

const TENANT = "11111111-1111-4111-8111-111111111111";
const STRANGER = "33333333-3333-4333-8333-333333333333";
const AUDIENCE = "22222222-2222-4222-8222-222222222222";
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;
const NOW = new Date("2026-03-01T08:00:00Z");
const SECONDS = NOW.getTime() / 1000;

type Key = Awaited<ReturnType<typeof generateKeyPair>>;
let ours: Key;
let foreign: Key;
let settings: AuthSettings;

beforeAll(async () => {
  [ours, foreign] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
  const jwk = { ...(await exportJWK(ours.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  settings = {
    issuer: "https://login.microsoftonline.com/{tid}/v2.0",
    audiences: [AUDIENCE, `api://${AUDIENCE}`],
    tenantIds: [TENANT],
    keys: { kind: "fixed", jwks: { keys: [jwk] } },
  };
});

const PERSON = {
  tid: TENANT,
  oid: "o-1",
  name: "Ana",
  scp: "access_as_user",
  roles: ["Soc.Analyst"],
};

interface Forgery {
  claims?: Record<string, unknown>;
  issuer?: string;
  audience?: string;
  expires?: number;
  key?: Key;
}

const sign = ({
  claims = {},
  issuer = ISSUER,
  audience = AUDIENCE,
  expires = SECONDS + 300,
  key = ours,
}: Forgery = {}) =>
  new SignJWT({ ...PERSON, ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "k1" })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject("s-1")
    .setIssuedAt(SECONDS)
    .setExpirationTime(expires)
    .sign(key.privateKey);

const ask = (authorization: string | null) =>
  createAuthenticator(settings, { now: () => NOW })({
    get: (name) => (name === "authorization" ? authorization : null),
  });
const bearer = async (token: string | Promise<string>) => ask(`Bearer ${await token}`);

describe("a token that opens the door", () => {
  test("a person's gives tenant, id and the permissions of the role", async () => {
    const principal = await bearer(sign());
    expect(principal).toMatchObject({
      kind: "user",
      tenant_id: TENANT,
      id: "o-1",
      roles: ["analyst"],
    });
    expect(principal.permissions).toContain("incidents:write");
    expect(principal.permissions).not.toContain("incidents:sync");
  });

  test("an application's gives what its application role allows, never administration", async () => {
    const claims = { scp: undefined, idtyp: "app", roles: ["Soc.Integration.Write", "Soc.Admin"] };
    const principal = await bearer(sign({ claims }));
    expect(principal).toMatchObject({ kind: "application", roles: [] });
    expect(principal.permissions).toContain("investigations:write");
    expect(principal.permissions).not.toContain("incidents:sync");
  });
});

// Each of these let a stranger in would mean that somebody else's incidents are open to them.
describe("401", () => {
  const refused = { code: "unauthenticated" };

  test.each([
    ["no header", null],
    ["another scheme", "Basic dXNlcjpwYXNz"],
    ["not a token", "Bearer abc"],
    ["an empty token", "Bearer "],
  ])("%s", async (_, header) => {
    await expect(ask(header)).rejects.toMatchObject(refused);
  });

  test.each<[string, () => Promise<string> | string]>([
    ["signed with another key", () => sign({ key: foreign })],
    ["wrong audience", () => sign({ audience: "api://other" })],
    ["wrong issuer", () => sign({ issuer: "https://evil.example/v2.0" })],
    ["expired", () => sign({ expires: SECONDS - 120 })],
    ["another tenant", () => sign({ claims: { tid: STRANGER } })],
    // Entra ID signs the tokens of every tenant of the world with the same keys.
    [
      "another tenant, under that tenant's own issuer",
      () => sign({ claims: { tid: STRANGER }, issuer: ISSUER.replace(TENANT, STRANGER) }),
    ],
    [
      "an ID token: the same audience, but neither a person's scope nor an application",
      () => sign({ claims: { scp: undefined, nonce: "n-1", roles: ["Soc.Admin"] } }),
    ],
    ["no object id", () => sign({ claims: { oid: undefined } })],
    [
      "alg none",
      () =>
        new UnsecuredJWT(PERSON)
          .setIssuer(ISSUER)
          .setAudience(AUDIENCE)
          .setIssuedAt(SECONDS)
          .setExpirationTime(SECONDS + 300)
          .encode(),
    ],
    [
      "HS256 with the public key as the secret",
      async () =>
        new SignJWT(PERSON)
          .setProtectedHeader({ alg: "HS256", kid: "k1" })
          .setIssuer(ISSUER)
          .setAudience(AUDIENCE)
          .setIssuedAt(SECONDS)
          .setExpirationTime(SECONDS + 300)
          .sign(new TextEncoder().encode(JSON.stringify(await exportJWK(ours.publicKey)))),
    ],
  ])("%s", async (_, forge) => {
    await expect(bearer(forge())).rejects.toMatchObject(refused);
  });
});

test("403: a token without any role says that an administrator must assign one", async () => {
  await expect(bearer(sign({ claims: { roles: [] } }))).rejects.toMatchObject({
    code: "forbidden",
  });
});

describe("a token that was checked before", () => {
  let now = NOW;
  let fetched = 0;
  /** Counts the checks: reading the keys is a part of each. */
  const counting = (): AuthSettings => ({
    ...settings,
    get audiences() {
      fetched += 1;
      return settings.audiences;
    },
  });
  const authenticator = () => {
    now = NOW;
    fetched = 0;
    const authenticate = createAuthenticator(counting(), { now: () => now });
    return (token: string) => authenticate({ get: () => `Bearer ${token}` });
  };
  const later = (seconds: number) => (now = new Date(NOW.getTime() + seconds * 1000));

  test("is not checked again within five minutes, and then is", async () => {
    const signIn = authenticator();
    const token = await sign({ expires: SECONDS + 3600 });
    const first = await signIn(token);
    later(299);
    expect(await signIn(token)).toEqual(first);
    expect(fetched).toBe(1);
    later(301);
    await signIn(token);
    expect(fetched).toBe(2);
  });

  // A cache that outlived the token would keep a person in whom the directory has let go.
  test("is refused once it has expired", async () => {
    const signIn = authenticator();
    const token = await sign({ expires: SECONDS + 100 });
    await signIn(token);
    later(161);
    await expect(signIn(token)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  // Only the whole token counts: a payload under another's signature must not ride on it.
  test("opens for no other token with the same payload", async () => {
    const signIn = authenticator();
    const token = await sign();
    await signIn(token);
    const forged = `${token.slice(0, -6)}AAAAAA`;
    await expect(signIn(forged)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("is checked each time as long as it is refused", async () => {
    const signIn = authenticator();
    const token = await sign({ audience: "api://other" });
    await expect(signIn(token)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signIn(token)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(fetched).toBe(2);
  });
});

// An outage of the key endpoint must not sign everybody out.
test("503: keys that cannot be fetched are an outage, not a bad token", async () => {
  const remote: AuthSettings = {
    ...settings,
    keys: { kind: "remote", uri: "http://127.0.0.1:1/keys" },
  };
  const token = await sign();
  const headers = { get: () => `Bearer ${token}` };
  await expect(createAuthenticator(remote, { now: () => NOW })(headers)).rejects.toMatchObject({
    code: "sign-in-unavailable",
  });
});
