/** What /config.json says about this environment; one build serves all of them. */
import { ApiError, OfflineError, problemOf } from "./problem.ts";

/** Where people of this environment sign in, and where its API is. */
export interface EntraConfig {
  sign_in: "entra";
  /** Of the page's own app registration. */
  client_id: string;
  tenant_id: string;
  /** Of the API, such as `api://<id>/access_as_user`. */
  scope: string;
  /** Without a slash at the end. */
  api_base: string;
  /** Of another cloud, such as `https://login.microsoftonline.us`. */
  authority?: string;
}
export type PageConfig = { sign_in: "local" } | EntraConfig;

const NEEDED = ["client_id", "tenant_id", "scope", "api_base"] as const;

/** @throws ApiError or OfflineError when the file cannot be read, Error when it makes no sense. */
export async function loadConfig(): Promise<PageConfig> {
  const reply = await fetch("/config.json", { cache: "no-store" }).catch((cause: unknown) => {
    throw new OfflineError(cause);
  });
  if (!reply.ok) throw new ApiError(await problemOf(reply));
  const config: PageConfig = await reply.json();
  if (config.sign_in !== "local" && config.sign_in !== "entra") {
    throw new Error("config.json names no known way to sign in.");
  }
  if (config.sign_in === "entra") {
    const lacking = NEEDED.filter((name) => (config[name] ?? "").trim() === "");
    if (lacking.length > 0) throw new Error(`config.json lacks ${lacking.join(", ")}.`);
  }
  return config;
}
