/** Sorts what the app registered by trigger, leaving out what the real host would leave out. */
import type { RegisteredFunction, Registry } from "./core.ts";

export type AppSettings = Readonly<Record<string, string | undefined>>;

export interface AppFunctions {
  http: RegisteredFunction[];
  timers: RegisteredFunction[];
  queues: RegisteredFunction[];
}

const NAME = /^[a-z][a-z0-9_-]{0,127}$/i;

/** @throws Error when two names differ by case only: the real host does not start with them either */
export function sortFunctions(registry: Registry, settings: AppSettings): AppFunctions {
  const sorted: AppFunctions = { http: [], timers: [], queues: [] };
  const seen = new Set<string>();
  for (const fn of registry.functions.values()) {
    const { name } = fn.metadata;
    if (seen.has(name.toLowerCase())) throw new Error(`Two functions are named '${name}'.`);
    seen.add(name.toLowerCase());
    if (!NAME.test(name) || name.toLowerCase() === "host")
      registry.log(
        "error",
        `The '${name}' function is in error: '${name}' is not a valid function name.`,
        name,
      );
    else if (!isDisabled(name, settings)) place(fn, sorted, registry);
  }
  return sorted;
}

const isDisabled = (name: string, settings: AppSettings): boolean =>
  [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs_${name}_Disabled`].some((key) =>
    /^(?:true|1)$/i.test(settings[key] ?? ""),
  );

function place(fn: RegisteredFunction, sorted: AppFunctions, registry: Registry): void {
  const type = fn.trigger.type.toLowerCase();
  if (type === "httptrigger") sorted.http.push(fn);
  else if (type === "timertrigger") sorted.timers.push(fn);
  else if (type === "servicebustrigger" && fn.trigger["queueName"] !== undefined)
    sorted.queues.push(fn);
  else registry.log("error", `The local host has no trigger of type '${type}'.`, fn.metadata.name);
}

/**
 * A text of a binding with its `%NAME%` parts replaced by app settings.
 *
 * @throws Error with the host's own message for a setting that does not exist
 */
export function resolveSettings(text: unknown, settings: AppSettings): string {
  return String(text).replaceAll(/%([^%]+)%/g, (whole, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`'${whole}' does not resolve to a value.`);
    return value;
  });
}
