/**
 * Following changes by polling, without missing or repeating one. A change carries the time at which it was made, and
 * becomes visible a little later: two writers' changes may become visible in another order than that of their times.
 * Times older than SETTLE_MS are settled, nothing joins them any more, and a position in them is enough. Of younger
 * ones a reader remembers what it was given.
 */
import { createHash } from "node:crypto";

import type { IncidentRecord } from "../schemas/incidents.ts";
import type { GivenChanges } from "../schemas/incidentsFeed.ts";
import { plusMs } from "./time.ts";

/**
 * A store gives up a write after half a minute (adapters/cosmos/client.ts: 10 s a try, 15 s of waiting); the rest is for
 * clocks of instances that differ.
 */
export const SETTLE_MS = 2 * 60_000;
/** Young changes that a reader is given before it has to wait until they have settled. */
export const GIVEN_MAX = 4000;
/** As many fit into a cursor. */
export const GIVEN_IN_CURSOR_MAX = 20;

type Version = Pick<IncidentRecord, "incident_key" | "updated_at">;

/** Names one version of one incident: every change has a later time than the one before it (see `changedAt`). */
export const versionHash = ({ incident_key, updated_at }: Version): string =>
  createHash("sha256").update(`${incident_key}|${updated_at}`).digest("base64url").slice(0, 12);

/**
 * When a change is made: now, and later than the change before it even when the clock stands, or was ahead elsewhere.
 * @param before the incident's `updated_at`; `undefined` for one that arrives.
 */
export function changedAt(before: unknown, now: Date): string {
  const last = typeof before === "string" ? Date.parse(before) : Number.NaN;
  return Number.isNaN(last) || last < now.getTime()
    ? now.toISOString()
    : new Date(last + 1).toISOString();
}

/** The settled stretch that begins at `at`; `undefined` when all from there on is young. */
export function settledStretch(at: string, now: Date): string | undefined {
  const horizon = plusMs(now, -SETTLE_MS).toISOString();
  return horizon >= at ? horizon : undefined;
}

/** The time right after a stretch that was read to its end. */
export const after = (to: string): string => plusMs(new Date(to), 1).toISOString();

/** Of what was given, that which a reader at `at` may still meet. */
export const stillToMeet = (given: GivenChanges, at: string): GivenChanges =>
  Object.fromEntries(Object.entries(given).filter(([, time]) => time >= at));
