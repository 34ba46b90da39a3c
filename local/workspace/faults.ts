/** Faults that the local run puts between the product and the simulated services. */
import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

/** The simulated services of Microsoft. */
export const SERVICE_TARGETS = ["loganalytics", "graph", "arm", "login"] as const;
/** What the product calls over the network also in the local run: those calls go through `fetchWithFaults`. */
export const OUTBOUND_TARGETS = ["model", "webhook"] as const;
const FAULT_TARGETS = [...SERVICE_TARGETS, ...OUTBOUND_TARGETS] as const;

const FAULT_KINDS = [
  "status",
  "latency",
  "disconnect",
  "truncated",
  "partial",
  "missing_table",
  "schema_drift",
  "late_rows",
  "out_of_order",
  "expired_token",
  "error_code",
] as const;

/** Kinds that mean something where no rows are asked for. */
const PLAIN_KINDS = ["status", "latency", "disconnect", "truncated", "error_code"];
const KINDS: Readonly<Record<(typeof FAULT_TARGETS)[number], readonly string[]>> = {
  loganalytics: FAULT_KINDS,
  graph: [...PLAIN_KINDS, "expired_token"],
  arm: [...PLAIN_KINDS, "expired_token"],
  login: PLAIN_KINDS,
  model: [...PLAIN_KINDS, "expired_token"],
  webhook: PLAIN_KINDS,
};

/** Body of POST /local/faults. */
export const FaultSpec = z
  .strictObject({
    target: z.enum(FAULT_TARGETS, { error: `Faults exist for ${FAULT_TARGETS.join(", ")}.` }),
    kind: z.enum(FAULT_KINDS),
    /** HTTP status of `status` (default 500) and `error_code`. */
    status: z.int().min(300).max(599).optional(),
    /** Error code of `error_code`, e.g. AADSTS7000222 or InsufficientAccessError. */
    code: z.string().min(1).max(100).optional(),
    /** Seconds for the Retry-After header. */
    retry_after: z.int().min(0).max(86_400).optional(),
    /** How long `latency` waits (default 1000), and how late rows are with `late_rows` (default 10 minutes). */
    delay_ms: z.int().min(0).max(86_400_000).optional(),
    /** Strikes this many requests, then ends. Default: until cleared; once for `expired_token`. */
    count: z.int().min(1).max(1_000_000).optional(),
    /** Strikes this share of the requests, evenly. Default: all. */
    share: z.number().gt(0).max(1).optional(),
    /** Table that `missing_table` takes away. Default: the first one of the query. */
    table: z.string().min(1).max(200).optional(),
  })
  .superRefine(({ target, kind }, context) => {
    const kinds = KINDS[target];
    if (kinds.includes(kind)) return;
    const message = `The target ${target} knows ${kinds.join(", ")}.`;
    context.addIssue({ code: "custom", path: ["kind"], message });
  });
export type FaultSpec = z.infer<typeof FaultSpec>;
export type FaultTarget = FaultSpec["target"];
export type ServiceTarget = (typeof SERVICE_TARGETS)[number];
export type OutboundTarget = (typeof OUTBOUND_TARGETS)[number];

/** A fault with how it went so far. */
export interface Fault extends FaultSpec {
  readonly id: string;
  /** Requests that came by, and those it struck. */
  seen: number;
  struck: number;
}

export interface Faults {
  add(spec: FaultSpec): Fault;
  /** Those that still strike, oldest first. */
  list(): Fault[];
  clear(): void;
  /** Counts a request to the target and returns the faults that strike it. */
  strike(target: FaultTarget): Fault[];
}

const limitOf = ({ kind, count }: FaultSpec): number =>
  count ?? (kind === "expired_token" ? 1 : Infinity);

/** Evenly spread and the same in every run: a share of 0.25 strikes every fourth request. */
const isStruck = ({ share = 1 }: FaultSpec, seen: number): boolean =>
  Math.floor(seen * share) > Math.floor((seen - 1) * share);

const DEFAULT_DELAY_MS = 1000;

/** Waits as long as the latency faults say. @throws AbortError when the caller gives up first. */
export async function waitFor(struck: readonly Fault[], signal?: AbortSignal): Promise<void> {
  const ms = struck
    .filter(({ kind }) => kind === "latency")
    .reduce((sum, { delay_ms = DEFAULT_DELAY_MS }) => sum + delay_ms, 0);
  if (ms > 0) await sleep(ms, undefined, signal === undefined ? {} : { signal });
}

/** The Retry-After header that a fault asks for. */
export const retryAfterOf = ({ retry_after }: Fault): Record<string, string> =>
  retry_after === undefined ? {} : { "retry-after": String(retry_after) };

export function createFaults(): Faults {
  let faults: Fault[] = [];
  let added = 0;
  return {
    add: (spec) => {
      const fault = { ...spec, id: `fault_${(added += 1)}`, seen: 0, struck: 0 };
      faults.push(fault);
      return { ...fault };
    },
    list: () => faults.map((fault) => ({ ...fault })),
    clear: () => (faults = []),
    strike: (target) => {
      const struck: Fault[] = [];
      for (const fault of faults) {
        if (fault.target !== target) continue;
        fault.seen += 1;
        if (!isStruck(fault, fault.seen)) continue;
        fault.struck += 1;
        struck.push(fault);
      }
      faults = faults.filter((fault) => fault.struck < limitOf(fault));
      return struck;
    },
  };
}
