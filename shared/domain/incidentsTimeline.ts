/** What happened to an incident, in the order in which it happened. */
import type { AuditEntry } from "../schemas/audit.ts";
import type { IncidentEnrichment, IncidentRecord } from "../schemas/incidents.ts";
import {
  type IncidentTimeline,
  SentinelActivity,
  type TimelineItem,
} from "../schemas/incidentsRelated.ts";
import type { WritebackRecord } from "../schemas/incidentsWriteback.ts";
import type { Json } from "../schemas/json.ts";
import type { SessionRecord } from "../schemas/sessions.ts";
import { historyItems, toldByHistory } from "./incidentsTimelineHistory.ts";
import { mergedInto } from "./incidentsMerged.ts";
import { openParts } from "./incidentsWriteback.ts";
import { shortened } from "./shortened.ts";

/** The records of write-backs say more than their entries in the audit trail. */
const WRITEBACK_ACTION = "incident.writeback";
/** Where each kind of item is read; rows of the history say for themselves. */
const SOURCES: Readonly<Record<TimelineItem["kind"], string>> = {
  first_activity: "SecurityIncident.FirstActivityTime",
  last_activity: "SecurityIncident.LastActivityTime",
  alert_started: "SecurityAlert.StartTime",
  alert_ended: "SecurityAlert.EndTime",
  created: "SecurityIncident.CreatedTime",
  updated: "SecurityIncident.LastModifiedTime",
  closed: "SecurityIncident.ClosedTime",
  reopened: "SecurityIncident.Status",
  merged: "SecurityIncident.AdditionalData",
  phantom: "SecurityIncident.AlertIds",
  comment: "SecurityIncident.Comments",
  task: "SecurityIncident.Tasks",
  first_seen: "Sync",
  enriched: "Enrichment",
  changed: "Audit trail",
  written_back: "Write-back",
  session_started: "Investigation",
  session_ended: "Investigation",
};
const ITEMS_MAX = 1000;
/** Comments stand whole (Sentinel takes 30,000 characters); of other long texts the timeline shows how they begin. */
const TITLE_MAX = 500;

export interface TimelineSources {
  record: IncidentRecord;
  enrichment: IncidentEnrichment | undefined;
  audit: readonly AuditEntry[];
  sessions: readonly SessionRecord[];
  /** Audit entries of the sessions' starts. */
  starts: readonly AuditEntry[];
  writebacks: readonly WritebackRecord[];
}

/** Oldest first; of more than 1,000 items the newest. */
export function timelineOf({
  record,
  enrichment,
  audit,
  sessions,
  starts,
  writebacks,
}: TimelineSources): IncidentTimeline {
  const told = toldByHistory(record, enrichment);
  const names = namesOf([...audit, ...starts], writebacks);
  const items = [
    ...ofSentinel(record).filter(({ kind }) => !told.has(kind)),
    ...historyItems(record, enrichment, writebacks),
    ...ofPhantom(record, enrichment),
    ...ofAlerts(enrichment),
    ...audit.filter(({ action }) => action !== WRITEBACK_ACTION).map(ofAudit),
    ...writebacks.flatMap(ofWriteback),
    ...sessions.flatMap((session) => ofSession(session, names)),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return { items: items.slice(-ITEMS_MAX), truncated: items.length > ITEMS_MAX };
}

/** People and applications by id, as they were named when they acted. */
const namesOf = (
  audit: readonly AuditEntry[],
  writebacks: readonly WritebackRecord[],
): ReadonlyMap<string, string> =>
  new Map([
    ...writebacks.map(({ by }) => [by.id, by.name] as const),
    ...audit.flatMap(({ actor_id, actor_name }) =>
      actor_name === undefined ? [] : [[actor_id, actor_name] as const],
    ),
  ]);

const ofAudit = ({ at, action, actor_id, actor_name, fields }: AuditEntry): TimelineItem => ({
  at,
  kind: "changed",
  title: action,
  source: SOURCES.changed,
  by: actor_name ?? actor_id,
  fields,
});

/** What we did in Sentinel for somebody; Sentinel itself only knows our application's name. */
function ofWriteback(writeback: WritebackRecord): TimelineItem[] {
  const { written, changes, state, error, by, modified_at, updated_at } = writeback;
  const open = openParts(writeback);
  const shown = [
    ...changes
      .filter(({ field }) => written.includes(field))
      .map(({ field, before, after }) => `${field}: ${wordOf(before)} → ${wordOf(after)}`),
    ...written
      .filter((part) => part === "comment" || part === "task")
      .map((part) => `${part} added`),
  ];
  const rest =
    open.length === 0
      ? ""
      : `${state === "open" ? "Not confirmed yet" : "Not written"}: ${open.join(", ")}. ${error?.detail ?? ""}`;
  const done = shown.length === 0 ? "" : `Written to Sentinel: ${shown.join("; ")}.`;
  const title = [done, rest.trim()].filter((text) => text !== "").join(" ");
  if (title === "") return [];
  return item(
    modified_at.at(-1) ?? updated_at,
    "written_back",
    title,
    `SoCMate on behalf of ${by.name}`,
  ).map((one) => ({ ...one, fields: [...written] }));
}

const wordOf = (value: Json): string => {
  if (value === null || (Array.isArray(value) && value.length === 0)) return "none";
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(wordOf).join(", ") : JSON.stringify(value);
};

function ofMerge(record: IncidentRecord): TimelineItem[] {
  const into = mergedInto(record);
  if (into === null) return [];
  const name = into.number === null ? `Defender's ${into.source_incident_id}` : `#${into.number}`;
  const at = record.closed_at ?? record.last_modified_at;
  const items = item(at, "merged", `Merged into incident ${name}`);
  return record.merged_into === null
    ? items
    : items.map((one) => ({ ...one, source: "Microsoft Graph: redirectIncidentId" }));
}

/** When an incident that names no alert lost its last one; since its creation when no row shows any. */
function ofPhantom(
  record: IncidentRecord,
  enrichment: IncidentEnrichment | undefined,
): TimelineItem[] {
  if (record.alert_ids.length > 0) return [];
  const lost = enrichment?.history.changes.findLast(
    ({ alerts_removed }) => alerts_removed.length > 0,
  );
  return lost === undefined
    ? item(record.created_at, "phantom", "Names no alert: Defender moved what it had elsewhere")
    : item(lost.at, "phantom", "Its last alert was moved elsewhere", lost.by || undefined);
}

function ofSentinel(record: IncidentRecord): TimelineItem[] {
  const { first_activity_at, last_activity_at, created_at, closed_at, sync } = record;
  const activity = SentinelActivity.parse(record.sentinel);
  return [
    ...item(first_activity_at, "first_activity", "First activity"),
    ...item(last_activity_at, "last_activity", "Last activity"),
    ...item(created_at, "created", "Created in Sentinel"),
    ...(record.status === "closed" ? item(closed_at, "closed", closingOf(record)) : []),
    ...item(sync.reopened_at, "reopened", "Reopened after it was closed"),
    ...ofMerge(record),
    ...item(sync.first_seen_at, "first_seen", "First synchronised"),
    ...activity.Comments.flatMap(({ createdTimeUtc, message, author }) =>
      item(
        createdTimeUtc,
        "comment",
        message,
        author?.userPrincipalName ?? author?.email ?? author?.name ?? undefined,
      ),
    ),
    ...activity.Tasks.flatMap(({ createdTimeUtc, title }) => item(createdTimeUtc, "task", title)),
  ];
}

const closingOf = ({ classification, classification_reason }: IncidentRecord): string =>
  ["Closed", classification, classification_reason].filter((part) => part !== null).join(", ");

function ofAlerts(enrichment: IncidentEnrichment | undefined): TimelineItem[] {
  if (enrichment === undefined) return [];
  const alerts = enrichment.alerts.flatMap(({ id, name, started_at, ended_at }) =>
    [
      ...item(started_at, "alert_started", name),
      ...(ended_at === started_at ? [] : item(ended_at, "alert_ended", name)),
    ].map((one) => ({ ...one, alert_id: id })),
  );
  return [...alerts, ...item(enrichment.enriched_at, "enriched", "Alerts and entities read")];
}

function ofSession(
  { session_id, query, created_by, created_at, completed_at, status, report }: SessionRecord,
  names: ReadonlyMap<string, string>,
): TimelineItem[] {
  const ending = report === undefined ? status : `${status}: ${report.verdict}`;
  return [
    ...item(created_at, "session_started", query, names.get(created_by) ?? created_by),
    ...item(completed_at, "session_ended", `Investigation ${ending}`),
  ].map((one) => ({ ...one, session_id }));
}

/** One item; none when the time is missing or is none. */
function item(
  time: string | null,
  kind: TimelineItem["kind"],
  title: string,
  by?: string,
): TimelineItem[] {
  const ms = Date.parse(time ?? "");
  if (Number.isNaN(ms)) return [];
  const shown = kind === "comment" ? title : shortened(title, TITLE_MAX);
  const at = new Date(ms).toISOString();
  return [{ at, kind, title: shown, source: SOURCES[kind], ...(by !== undefined && { by }) }];
}
