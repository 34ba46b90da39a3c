/** A packaged app somewhere else on the machine, and processes that load it with settings of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

import { z } from "zod";

import { triggers } from "../../functions/contents.ts";

const CHILD = path.join(import.meta.dirname, "appChild.ts");
const GUID = "11111111-1111-4111-8111-111111111111";

/** A complete set of settings that reaches nothing outside this machine. */
export const SETTINGS: Readonly<Record<string, string>> = {
  AUTH_MODE: "entra",
  ENTRA_TENANT_IDS: GUID,
  ENTRA_CLIENT_ID: GUID,
  COSMOS_ENDPOINT: "http://127.0.0.1:1",
  COSMOS_DATABASE: "socmate",
  SERVICE_BUS__fullyQualifiedNamespace: "127.0.0.1",
  BLOB_ENDPOINT: "http://127.0.0.1:1",
  BLOB_CONTAINER: "bodies",
  KEY_VAULT_KEY_URL: "http://127.0.0.1:1/keys/secrets",
  MANAGED_IDENTITY_CLIENT_ID: GUID,
  WEB_ORIGIN: "https://soc.example",
};

/** No timer comes due during a test: one is far away, the host leaves out the others. */
const NEVER = { SYNC_CRON: "0 0 0 1 1 *" };
const DISABLED = Object.fromEntries(
  triggers.jobs
    .filter(({ name }) => name !== "sync-incidents")
    .map(({ name }) => [`AzureWebJobs.${name}.Disabled`, "true"]),
);

const Line = z.object({
  error: z.string().optional(),
  functions: z.array(z.string()).optional(),
  coreRequires: z.int().optional(),
  loaded: z.array(z.string()).optional(),
  url: z.string().optional(),
  timers: z.array(z.string()).optional(),
  queues: z.array(z.string()).optional(),
  errors: z.array(z.string()).optional(),
});

export interface LoadedApp {
  /** What the process said once it had loaded the app. */
  said: z.infer<typeof Line>;
  stop: () => Promise<void>;
}

/** Loads `directory`'s entry in a process that starts in an empty directory and knows only these settings. */
export async function loadApp(
  mode: "register" | "serve",
  directory: string,
  settings: Readonly<Record<string, string>>,
): Promise<LoadedApp> {
  const child = spawn(
    process.execPath,
    [CHILD, mode, path.join(directory, "index.mjs"), directory],
    {
      cwd: mkdtempSync(path.join(os.tmpdir(), "empty-")),
      env: { ...NEVER, ...DISABLED, ...settings },
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const said = Line.parse(JSON.parse(await firstLine(child)));
  return {
    said,
    stop: async () => {
      child.stdin?.end();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("The process has no output.");
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error("The process ended without a word.");
}
