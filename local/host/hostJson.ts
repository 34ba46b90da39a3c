/** The settings of host.json that change what the local host does. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";

import { z } from "zod";

const HostJson = z.object({
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default("api") }).optional(),
      serviceBus: z
        .object({
          maxConcurrentCalls: z.int().positive().optional(),
          /** Time span, `hh:mm:ss`. */
          maxAutoLockRenewalDuration: z
            .string()
            .regex(/^\d{2}:\d{2}:\d{2}$/)
            .default("00:05:00"),
        })
        .optional(),
    })
    .optional(),
});

export interface HostSettings {
  /** Without slashes at its ends; empty for none. */
  routePrefix: string;
  maxConcurrentCalls: number;
  maxAutoLockRenewalMs: number;
}

/** Calls per core when host.json says nothing, as in the Service Bus extension. */
const CALLS_PER_CORE = 16;

/** @throws Error naming the file when it is missing, not JSON, or not of the expected shape */
export function readHostJson(appDirectory: string): HostSettings {
  const file = path.join(appDirectory, "host.json");
  const extensions = parseFile(file).extensions ?? {};
  const [hours = 0, minutes = 0, seconds = 0] = (
    extensions.serviceBus?.maxAutoLockRenewalDuration ?? "00:05:00"
  )
    .split(":")
    .map(Number);
  return {
    routePrefix: (extensions.http?.routePrefix ?? "api").replaceAll(/^\/+|\/+$/g, ""),
    maxConcurrentCalls:
      extensions.serviceBus?.maxConcurrentCalls ?? CALLS_PER_CORE * availableParallelism(),
    maxAutoLockRenewalMs: ((hours * 60 + minutes) * 60 + seconds) * 1000,
  };
}

function parseFile(file: string): z.infer<typeof HostJson> {
  try {
    return HostJson.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`${file} cannot be used: ${reason}`, { cause: error });
  }
}
