/** What /config.json says about this environment; one build serves all of them. */
import { ApiError, OfflineError, problemOf } from "./problem.ts";

export type PageConfig =
  | { sign_in: "local" }
  | { sign_in: "entra"; client_id: string; tenant_id: string; scope: string; api_base: string };

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
  return config;
}
