/** What a playbook's call means: which incident, and which calls are one and the same. */
import { createHash } from "node:crypto";

import type { SiemProvider } from "../schemas/providers.ts";
import { ARM_INCIDENT, type SentinelTrigger } from "../schemas/sentinelTrigger.ts";

/** The incident that a call names. */
export interface TriggerSubject {
  /** Sentinel's number, where the call says it; the incident that is read decides. */
  number: number | undefined;
  arm:
    | {
        subscription: string;
        group: string;
        workspace: string;
        /** SecurityIncident.IncidentName. */
        name: string;
      }
    | undefined;
  /** Log Analytics' id of the workspace, where the trigger says it. */
  workspaceId: string | undefined;
  /** What is the same in repeated calls; empty when the call says nothing of its own version. */
  event: readonly string[];
}

/** Crockford's base 32, as in every other id. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function subjectOf(trigger: SentinelTrigger): TriggerSubject {
  const { object, incidentArmId, incidentNumber, eventUniqueId, workspaceId } = trigger;
  const id = object?.id ?? incidentArmId;
  return {
    number: object?.properties?.incidentNumber ?? incidentNumber,
    arm: id === undefined ? undefined : placeOf(id),
    workspaceId: workspaceId?.toLowerCase(),
    event: eventOf(eventUniqueId, id, object?.etag),
  };
}

function placeOf(id: string): TriggerSubject["arm"] {
  const [, subscription = "", group = "", workspace = "", name = ""] = ARM_INCIDENT.exec(id) ?? [];
  return { subscription, group, workspace, name };
}

type Said = string | null | undefined;

function eventOf(eventId: Said, id: string | undefined, etag: Said): string[] {
  if (typeof eventId === "string") return ["event", eventId];
  return id === undefined || typeof etag !== "string" ? [] : ["version", id.toLowerCase(), etag];
}

/**
 * The session that answers a call: repeated calls come to the same one.
 * @param attempt counts the sessions before it that failed or were cancelled: those may be asked for again.
 */
export function triggeredSessionId(
  tenantId: string,
  event: readonly string[],
  attempt: number,
): string {
  const hash = createHash("sha256").update(JSON.stringify([tenantId, attempt, ...event]));
  const digits = [...hash.digest().subarray(0, 25)].map((byte) => DIGITS[byte & 31]);
  return `ses_0${digits.join("")}`;
}

/**
 * The tenant's providers whose workspace may hold the incident: the one whose place in Azure or whose workspace id it
 * is, else those that do not say where they are.
 */
export function providersFor(
  { arm, workspaceId }: TriggerSubject,
  providers: readonly SiemProvider[],
): SiemProvider[] {
  const there = providers.filter(
    (provider) =>
      isPlace(provider.subscription_id, arm?.subscription) &&
      isPlace(provider.resource_group, arm?.group) &&
      isPlace(provider.workspace_name, arm?.workspace),
  );
  if (there.length > 0) return there;
  const unplaced = providers.filter(({ subscription_id }) => subscription_id === null);
  const same = unplaced.filter((provider) => isPlace(provider.workspace_id, workspaceId));
  return same.length > 0 ? same : unplaced;
}

const isPlace = (own: string | null, asked: string | undefined): boolean =>
  own !== null && own.toLowerCase() === asked?.toLowerCase();
