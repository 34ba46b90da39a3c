/** Microsoft's sign-in as the page meets it in the browser: authorize, token and logout, over its own addresses. */
import { createHash, randomUUID } from "node:crypto";

import type { BrowserContext, Request } from "playwright-core";
import { z } from "zod";

const CLIENT = "11111111-1111-4111-8111-111111111111";
const TENANT = "22222222-2222-4222-8222-222222222222";
const PERSON = "33333333-3333-4333-8333-333333333333";
const LOGIN = `https://login.microsoftonline.com/${TENANT}/`;
const TOKENS = z.object({ access_token: z.string() });

/** Longer than the library's margin of five minutes, and shorter: such a token is renewed before each use. */
export const LASTING_S = 3600;
export const SHORT_S = 60;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export class EntraDouble {
  /** Grants so far, in order. */
  readonly grants: string[] = [];
  /** Query of each visit to the page where people sign in. */
  readonly visits: URLSearchParams[] = [];
  signOuts = 0;
  expiresInSeconds = LASTING_S;
  /** What the sign-in page sends back instead of a code. */
  refusal: string | undefined;
  /** Whether refresh tokens have lost their worth. */
  isRevoked = false;
  readonly #url: string;
  readonly #user: string;
  #challenge = "";
  #nonce = "";

  /** @param url of the product, whose local issuer makes the access tokens. @param user who signs in. */
  constructor(url: string, user: string) {
    this.#url = url;
    this.#user = user;
  }

  /** The product as another origin than the page's, as it is on Azure. */
  get apiBase(): string {
    return this.#url.replace("127.0.0.1", "localhost");
  }

  /** Answers Microsoft's addresses in this browser, and makes the page one that signs in there. */
  async serve(context: BrowserContext): Promise<void> {
    await context.route("**/config.json", (route) =>
      route.fulfill({
        json: {
          sign_in: "entra",
          client_id: CLIENT,
          tenant_id: TENANT,
          scope: "api://socmate/access_as_user",
          api_base: this.apiBase,
        },
      }),
    );
    await context.route("https://login.microsoftonline.com/**", async (route) => {
      const request = route.request();
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith("/authorize"))
        return await route.fulfill(goTo(this.#signedIn(searchParams)));
      if (pathname.endsWith("/logout")) {
        this.signOuts += 1;
        return await route.fulfill(goTo(searchParams.get("post_logout_redirect_uri") ?? ""));
      }
      if (pathname.endsWith("/token")) return await route.fulfill(await this.#granted(request));
      return await route.abort();
    });
  }

  /** Where the browser goes after the sign-in. */
  #signedIn(asked: URLSearchParams): string {
    this.visits.push(asked);
    this.#challenge = asked.get("code_challenge") ?? "";
    this.#nonce = asked.get("nonce") ?? "";
    const given: Record<string, string> =
      this.refusal === undefined
        ? { code: randomUUID(), client_info: encoded({ uid: PERSON, utid: TENANT }) }
        : { error: "access_denied", error_description: this.refusal };
    const answer = new URLSearchParams({ ...given, state: asked.get("state") ?? "" });
    return `${asked.get("redirect_uri")}#${answer.toString()}`;
  }

  async #granted(request: Request) {
    const form = new URLSearchParams(request.postData() ?? "");
    const grant = form.get("grant_type") ?? "";
    this.grants.push(grant);
    const headers = { "access-control-allow-origin": this.#url };
    const isProven =
      createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url") === this.#challenge;
    if (grant === "authorization_code" ? !isProven : this.isRevoked) {
      const json = { error: "invalid_grant", error_description: "AADSTS700084: It has expired." };
      return { status: 400, headers, json };
    }
    const reply = await fetch(`${this.#url}/local/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: this.#user }),
    });
    const json = {
      token_type: "Bearer",
      scope: "api://socmate/access_as_user openid profile offline_access",
      expires_in: this.expiresInSeconds,
      access_token: TOKENS.parse(await reply.json()).access_token,
      refresh_token: randomUUID(),
      id_token: this.#idToken(),
      client_info: encoded({ uid: PERSON, utid: TENANT }),
    };
    return { headers, json };
  }

  /** The page's library takes it from the token endpoint over TLS and checks no signature. */
  #idToken(): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      aud: CLIENT,
      iss: `${LOGIN}v2.0`,
      iat: now,
      exp: now + 3600,
      nonce: this.#nonce,
      oid: PERSON,
      sub: PERSON,
      tid: TENANT,
      preferred_username: this.#user,
      ver: "2.0",
    };
    return `${encoded({ alg: "RS256", typ: "JWT" })}.${encoded(claims)}.signature`;
  }
}

/** A redirect that an intercepted navigation can give. */
const goTo = (address: string) => ({
  contentType: "text/html",
  body: `<script>location.replace(${JSON.stringify(address).replaceAll("<", "\\u003c")})</script>`,
});
