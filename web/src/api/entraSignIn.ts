/** Sign-in with Microsoft Entra ID by redirect. Tokens are kept for this tab and renewed without a frame or a window. */
import {
  type AccountInfo,
  AuthError,
  CacheLookupPolicy,
  createStandardPublicClientApplication,
  InteractionRequiredAuthError,
  type IPublicClientApplication,
} from "@azure/msal-browser";

import type { TokenSource } from "./client.ts";
import type { EntraConfig } from "./config.ts";
import { ApiError, OfflineError } from "./problem.ts";

const LOGIN = "https://login.microsoftonline.com";
/** Set while somebody has signed out here: a page that signed them in again at once would undo it. */
const SIGNED_OUT = "socmate.signed-out";
const NO_CONNECTION = new Set([
  "no_network_connectivity",
  "network_error",
  "get_request_failed",
  "post_request_failed",
]);

export class EntraSignIn implements TokenSource {
  /** Why the sign-in that has just come back failed, in Microsoft's words. */
  readonly failure: Error | undefined;
  readonly #app: IPublicClientApplication;
  readonly #scopes: string[];
  readonly #account: AccountInfo | undefined;
  #hasEnded = false;
  readonly #listeners = new Set<() => void>();

  private constructor(
    app: IPublicClientApplication,
    scope: string,
    account: AccountInfo | undefined,
    failure: Error | undefined,
  ) {
    this.#app = app;
    this.#scopes = [scope];
    this.#account = account;
    this.failure = failure;
  }

  /** Takes up the answer of a sign-in that this page was left for, or who is signed in already. */
  static async open({ client_id, tenant_id, scope, authority }: EntraConfig): Promise<EntraSignIn> {
    const home = `${window.location.origin}/`;
    const app = await createStandardPublicClientApplication({
      auth: {
        clientId: client_id,
        authority: `${authority ?? LOGIN}/${tenant_id}`,
        redirectUri: home,
        postLogoutRedirectUri: home,
      },
      cache: { cacheLocation: "sessionStorage" },
    });
    try {
      const answer = await app.handleRedirectPromise();
      const account = answer?.account ?? app.getAllAccounts()[0];
      if (answer !== null) sessionStorage.removeItem(SIGNED_OUT);
      return new EntraSignIn(app, scope, account, undefined);
    } catch (cause) {
      return new EntraSignIn(app, scope, undefined, asError(cause));
    }
  }

  /** Who is signed in, by an id that differs between accounts; undefined when nobody is. */
  get user(): string | undefined {
    return this.#account?.homeAccountId;
  }

  /** Whether this tab's last act was to sign out. */
  get isSignedOut(): boolean {
    return sessionStorage.getItem(SIGNED_OUT) !== null;
  }

  /** True once tokens can be had only by signing in again. */
  readonly hasEnded = (): boolean => this.#hasEnded;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Leaves the page for Microsoft's, which comes back to this address. @param isAnother asks which account. */
  async signIn(isAnother = false): Promise<void> {
    const prompt = isAnother ? { prompt: "select_account" } : {};
    await this.#app.loginRedirect({ scopes: this.#scopes, ...prompt }).catch((cause: unknown) => {
      throw asError(cause);
    });
  }

  async signOut(): Promise<void> {
    sessionStorage.setItem(SIGNED_OUT, "yes");
    await this.#app.logoutRedirect({ account: this.#account ?? null });
  }

  token(): Promise<string | undefined> {
    return this.#acquire(CacheLookupPolicy.AccessTokenAndRefreshToken);
  }

  renewed(): Promise<string | undefined> {
    return this.#acquire(CacheLookupPolicy.RefreshToken);
  }

  /**
   * @throws OfflineError when Microsoft cannot be reached, ApiError once the sign-in has ended, or in Microsoft's words when
   *   it refuses.
   */
  async #acquire(cacheLookupPolicy: CacheLookupPolicy): Promise<string | undefined> {
    const account = this.#account;
    if (account === undefined) return undefined;
    if (this.#hasEnded) throw ended();
    try {
      const request = { scopes: this.#scopes, account, cacheLookupPolicy };
      return (await this.#app.acquireTokenSilent(request)).accessToken;
    } catch (cause) {
      if (!needsSignIn(cause)) throw asError(cause);
      this.#hasEnded = true;
      for (const listener of this.#listeners) listener();
      throw ended();
    }
  }
}

const refused = (title: string, detail: string): ApiError =>
  new ApiError({
    type: "about:blank",
    title,
    status: 401,
    detail,
    code: "",
    instance: "",
    trace_id: "",
  });

const ended = (): ApiError => refused("Your sign-in has ended", "Sign in again to go on.");

/** A refresh token of a page ends after a day (AADSTS700084), of which the library makes a plain `invalid_grant`. */
const needsSignIn = (cause: unknown): boolean =>
  cause instanceof InteractionRequiredAuthError ||
  (cause instanceof AuthError && cause.errorCode === "invalid_grant");

/** Microsoft's messages begin with a number that people can look up (AADSTS…); lines of ids follow. */
function asError(cause: unknown): Error {
  const title = "The sign-in failed";
  if (!(cause instanceof AuthError))
    return refused(title, "The browser or its add-ons may be why.");
  if (NO_CONNECTION.has(cause.errorCode)) return new OfflineError(cause);
  const words = cause.errorMessage.split(/\r?\n| Trace ID:/)[0] ?? "";
  return refused(title, words === "" ? `Microsoft's library says ${cause.errorCode}.` : words);
}
