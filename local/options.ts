/** What the environment says about the local run. */
import path from "node:path";

import { z } from "zod";

import { parseSchedule } from "./host/schedule.ts";

const Options = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(7071),
  DATA_DIR: z.string().min(1).default(".data"),
  /** A folder of rows that is served instead of the generated tenant. */
  TENANT_DIR: z.string().min(1).optional(),
  TENANT_SEED: z.coerce.number().int().nonnegative().default(1),
  TENANT_SIZE: z.enum(["small", "medium", "large"]).default("small"),
  /** When the clock begins on a new DATA_DIR; it then runs at normal speed. */
  CLOCK_START: z.iso.datetime({ offset: true }).optional(),
  /** Where the simulated Sentinel also answers SDKs of other programs, over TLS; absent: nowhere. */
  WIRE_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  SYNC_CRON: z
    .string()
    .refine(isSchedule, "must be six NCRONTAB fields, e.g. 0 */5 * * * *")
    .default("0 */5 * * * *"),
});

function isSchedule(text: string): boolean {
  try {
    parseSchedule(text);
    return true;
  } catch {
    return false;
  }
}

export interface LocalOptions {
  port: number;
  dataDir: string;
  tenantDir: string | undefined;
  seed: number;
  size: "small" | "medium" | "large";
  clockStart: Date | undefined;
  wirePort: number | undefined;
  syncCron: string;
}

/** An expected reason not to start: shown as one sentence. */
export class CannotStart extends Error {}

/** @throws CannotStart that names the variable. */
export function readOptions(env: Readonly<Record<string, string | undefined>>): LocalOptions {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = Options.safeParse(given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new CannotStart(`The environment is not usable: ${wrong.join("; ")}.`);
  }
  const options = parsed.data;
  return {
    port: options.PORT,
    dataDir: path.resolve(options.DATA_DIR),
    tenantDir: options.TENANT_DIR && path.resolve(options.TENANT_DIR),
    seed: options.TENANT_SEED,
    size: options.TENANT_SIZE,
    clockStart: options.CLOCK_START === undefined ? undefined : new Date(options.CLOCK_START),
    wirePort: options.WIRE_PORT,
    syncCron: options.SYNC_CRON,
  };
}
