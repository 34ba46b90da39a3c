/** Changing an incident in Sentinel itself, in our words. */
import type { CurrentIncident, IncidentFields } from "../schemas/incidentsWriteback.ts";
import type { SiemProvider } from "../schemas/providers.ts";

/**
 * How a write ended.
 * - `conflict`: it changed since it was read; nothing was written.
 * - `uncertain`: no answer that tells; it may have been written. `detail` says what happened instead.
 */
export type WriteOutcome<Done> =
  | ({ outcome: "done" } & Done)
  | { outcome: "conflict" }
  | { outcome: "uncertain"; detail: string };

/**
 * Every method throws AppError `siem-unavailable` when the service is out of reach, or `conflict` when it refuses the
 * change; nothing was written then. Comments and tasks carry ids of ours: the same one twice is there once.
 */
export interface IncidentWriter {
  /** @param at `name` undefined looks it up by its number. @returns `undefined` when there is no such incident. */
  currentIncident(
    provider: SiemProvider,
    at: { number: number; name: string | undefined },
  ): Promise<CurrentIncident | undefined>;
  /** Only if it is still the version that was read. */
  updateIncident(
    provider: SiemProvider,
    current: CurrentIncident,
    fields: IncidentFields,
  ): Promise<WriteOutcome<{ incident: CurrentIncident }>>;
  /** @param incident its name. @param comment at most 30,000 characters. */
  addComment(
    provider: SiemProvider,
    incident: string,
    comment: { id: string; message: string },
  ): Promise<WriteOutcome<object>>;
  addTask(
    provider: SiemProvider,
    incident: string,
    task: { id: string; title: string; description: string | undefined },
  ): Promise<WriteOutcome<object>>;
}
