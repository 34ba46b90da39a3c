/** The simulated services behind one door: faults first, then the service that is asked. */
import type { Clock } from "../../shared/ports/clock.ts";
import { answerArm } from "./arm.ts";
import { createEntra } from "./entra.ts";
import { faultReply } from "./faultReplies.ts";
import { createFaults, type Fault, type Faults, type ServiceTarget, waitFor } from "./faults.ts";
import { answerGraph } from "./graph.ts";
import { createLogAnalytics } from "./logAnalytics.ts";
import { type Limits, LOG_ANALYTICS_LIMITS } from "./throttle.ts";
import type { WireReply, WireRequest } from "./wireReply.ts";
import type { Workspace } from "./workspace.ts";

/** What comes back over a connection that a fault may cut. */
export type WireAnswer =
  | { readonly kind: "reply"; readonly reply: WireReply }
  /** Half of the reply's body, then nothing more. */
  | { readonly kind: "half"; readonly reply: WireReply }
  /** The connection ends without a word. */
  | { readonly kind: "cut" };

export interface Wire {
  /** @throws AbortError when the caller gives up while a fault delays the answer. */
  answer(target: ServiceTarget, request: WireRequest, signal?: AbortSignal): Promise<WireAnswer>;
}

/**
 * Answers for the token endpoints, Graph, Resource Manager and the workspaces of these tenants. The managed identity is
 * an application of the first one.
 */
export function createWire(
  tenants: readonly Workspace[],
  faults: Faults = createFaults(),
  limits: Limits = LOG_ANALYTICS_LIMITS,
): Wire {
  const clock: Clock = { now: () => tenants[0]?.now() ?? new Date(0) };
  const entra = createEntra(tenants, clock);
  const logAnalytics = createLogAnalytics(tenants, entra, limits);
  const services: Record<
    ServiceTarget,
    (request: WireRequest, struck: Fault[]) => Promise<WireReply>
  > = {
    login: async (request) => entra.answer(request),
    graph: async (request) => answerGraph(tenants, request, entra),
    arm: async (request) => answerArm(tenants, request, entra),
    loganalytics: (request, struck) => logAnalytics.answer(request, struck),
  };
  return {
    answer: async (target, request, signal) => {
      const struck = faults.strike(target);
      await waitFor(struck, signal);
      const isStruck = (kind: Fault["kind"]) => struck.some((fault) => fault.kind === kind);
      if (isStruck("disconnect")) return { kind: "cut" };
      const reply =
        faultReply(target, struck, request, entra, clock) ??
        (await services[target](request, struck));
      return { kind: isStruck("truncated") ? "half" : "reply", reply };
    },
  };
}

/** The first half of a text. */
export const halfOf = (text: string): string => text.slice(0, Math.floor(text.length / 2));
