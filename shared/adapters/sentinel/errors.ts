/** What Entra ID and Log Analytics answer when they do not answer, in words an administrator can act on. */
import { isRestError, type RestError } from "@azure/core-rest-pipeline";

import { AppError } from "../../domain/errors.ts";
import type { SiemProvider } from "../../schemas/providers.ts";
import { busy, retryAfterSeconds } from "./answers.ts";
import { lastWords } from "./serviceWords.ts";

/** The last words of Entra's error codes for applications (learn.microsoft.com, reference-error-codes). */
const LOGIN_ADVICE: Readonly<Record<string, string>> = {
  AADSTS7000215: "the client secret is wrong. Enter the secret's value, not its id.",
  AADSTS7000222: "the client secret has expired. Create a new one and enter it here.",
  AADSTS700016: "the tenant knows no such application. Check the client id and the tenant id.",
  AADSTS90002: "there is no such tenant. Check the tenant id.",
  AADSTS900023: "the tenant id is malformed. Check the tenant id.",
  AADSTS7000112: "the application is disabled.",
  AADSTS90033: "it fails at the moment. The next try may succeed.",
  AADSTS53003: "a Conditional Access policy blocks the application.",
};

const LOGIN_ERRORS = new Set([
  "AuthenticationError",
  "AggregateAuthenticationError",
  "AuthenticationRequiredError",
  "CredentialUnavailableError",
  "ClientConfigurationError",
]);

/** Translates a failure of the SDK. An AppError passes through. */
export function translate(error: unknown, provider: SiemProvider): AppError {
  if (error instanceof AppError) return error;
  if (isAbort(error))
    return new AppError("query-timeout", "Log Analytics did not answer in time.", {
      cause: error,
    });
  const login = loginError(error, provider);
  if (login !== undefined) return login;
  if (isRestError(error)) return restError(error, provider);
  return unavailable("Log Analytics sent an answer that cannot be read.", error);
}

/**
 * Whether the sign-in is worth nothing any more: the token was refused, or Entra ID gave none. The sign-in library
 * remembers a failure for a minute and would repeat it after the cause is gone.
 */
export const isSignInSpent = (error: unknown): boolean =>
  (isRestError(error) && error.statusCode === 401) ||
  (error instanceof Error && LOGIN_ERRORS.has(error.name));

const unavailable = (detail: string, cause: unknown): AppError =>
  new AppError("siem-unavailable", detail, { cause });

const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");

/** Every message down the chain of causes: the AADSTS code may stand in any of them. */
function* messages(error: unknown): Generator<string> {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1)
    yield at.message;
}

function loginError(error: unknown, provider: SiemProvider): AppError | undefined {
  if (!(error instanceof Error) || !LOGIN_ERRORS.has(error.name)) return undefined;
  const text = [...messages(error)].join(" ");
  const who = `application ${provider.client_id} of tenant ${provider.azure_tenant_id}`;
  const code = /AADSTS\d+/.exec(text)?.[0];
  if (code === undefined)
    return unavailable(`Microsoft Entra ID did not sign in the ${who}.`, error);
  const advice = LOGIN_ADVICE[code] ?? "see the error code in Microsoft's reference.";
  return unavailable(`Microsoft Entra ID refused the ${who} (${code}): ${advice}`, error);
}

function restError(error: RestError, provider: SiemProvider): AppError {
  const status = error.statusCode;
  const host = hostOf(error);
  const service = host.startsWith("login.") ? "Microsoft Entra ID" : "Log Analytics";
  if (status === undefined)
    return unavailable(
      `The connection to ${service} failed (${error.code ?? "no answer"}) at ${host}.`,
      error,
    );
  const workspace = `workspace ${provider.workspace_id}`;
  switch (status) {
    case 400:
      return new AppError(
        "kql-refused",
        `The workspace refused the query: ${lastWords(error.details) ?? error.message}`,
        { cause: error },
      );
    case 401:
      return unavailable(
        `${service} refused the access token (401). It may have expired; the next try takes a new one.`,
        error,
      );
    case 403:
      return unavailable(
        `${service} denies access to the ${workspace} (403). Give the application the role Log Analytics Reader on it; a new role can take an hour to act.`,
        error,
      );
    case 404:
      return unavailable(`${service} knows no ${workspace} (404). Check the workspace id.`, error);
    case 408:
    case 504:
      return new AppError("query-timeout", `${service} gave up on the query (${status}).`, {
        cause: error,
      });
    case 429:
      return busy(service, status, retryAfterSeconds(error.response?.headers.get("retry-after")));
    default:
      return unavailable(
        status < 300
          ? `${service} sent an answer that was cut off or cannot be read.`
          : `${service} failed (${status}).`,
        error,
      );
  }
}

function hostOf(error: RestError): string {
  const url = error.request?.url;
  return url !== undefined && URL.canParse(url) ? new URL(url).host : "api.loganalytics.io";
}
