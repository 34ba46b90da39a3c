/** The part of an incident's timeline that Sentinel's rows tell: who changed what, our own write-backs left out. */
import type { IncidentEnrichment, IncidentRecord } from "../schemas/incidents.ts";
import type { HistoryChange } from "../schemas/incidentsHistory.ts";
import type { TimelineItem } from "../schemas/incidentsRelated.ts";
import type { WritebackRecord } from "../schemas/incidentsWriteback.ts";
import { changeSince } from "./incidentsHistory.ts";

const ALERT_NAMES_MAX = 3;
/** ClosedTime and the closing row's LastModifiedTime are set one after the other. */
const SAME_CLOSING_MS = 60_000;

type Enrichment = IncidentEnrichment | undefined;
type Told = TimelineItem["kind"];

/** One item for each change that somebody else made. */
export function historyItems(
  record: IncidentRecord,
  enrichment: Enrichment,
  writebacks: readonly WritebackRecord[],
): TimelineItem[] {
  const names = new Map(enrichment?.alerts.map(({ id, name }) => [id, name]));
  const read = enrichment?.history.newest?.at;
  return changesOf(record, enrichment).flatMap((change) => {
    // What came after the rows were read is one change over all that happened since.
    const from = read !== undefined && change.at > read ? read : change.at;
    const foreign = withoutOurs(change, from, writebacks);
    const title = titleOf(foreign, names);
    if (title === "") return [];
    const { at, by } = foreign;
    const fields = fieldsOf(foreign);
    const source = "SecurityIncident.LastModifiedTime";
    return [{ at, kind: kindOf(foreign), title, source, ...(by !== "" && { by }), fields }];
  });
}

/** The kinds of items that the rows tell better than the newest row's times. */
export function toldByHistory(record: IncidentRecord, enrichment: Enrichment): ReadonlySet<Told> {
  const told = new Set<Told>();
  const closedMs = Date.parse(record.closed_at ?? "");
  for (const change of changesOf(record, enrichment)) {
    const kind = kindOf(change);
    if (kind === "reopened") told.add(kind);
    if (kind === "closed" && Math.abs(Date.parse(change.at) - closedMs) <= SAME_CLOSING_MS)
      told.add(kind);
  }
  return told;
}

function changesOf(record: IncidentRecord, enrichment: Enrichment): HistoryChange[] {
  if (enrichment === undefined) return [];
  const { changes, newest } = enrichment.history;
  return newest === null ? changes : [...changes, ...changeSince(newest, record)];
}

/** Sentinel's rows of a write-back's times hold what it wrote, which the timeline shows on behalf of the person. */
function withoutOurs(
  change: HistoryChange,
  from: string,
  writebacks: readonly WritebackRecord[],
): HistoryChange {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(change.at)];
  const ours = new Set<string>(
    writebacks
      .filter(({ modified_at }) =>
        modified_at.some((time) => Date.parse(time) >= fromMs && Date.parse(time) <= toMs),
      )
      .flatMap(({ written }) => written),
  );
  return { ...change, fields: change.fields.filter(({ field }) => !ours.has(field)) };
}

function kindOf({ fields }: HistoryChange): "closed" | "reopened" | "updated" {
  const status = fields.find(({ field }) => field === "status");
  if (status?.after === "closed") return "closed";
  return status?.before === "closed" ? "reopened" : "updated";
}

const fieldsOf = ({ fields, alerts_added, alerts_removed }: HistoryChange): string[] => [
  ...fields.map(({ field }) => field),
  ...(alerts_added.length + alerts_removed.length > 0 ? ["alerts"] : []),
];

/** Empty when nothing is left to tell. */
const titleOf = (change: HistoryChange, names: ReadonlyMap<string, string>): string =>
  [
    ...change.fields.map(
      ({ field, before, after }) =>
        `${field.replaceAll("_", " ")}: ${before ?? "none"} → ${after ?? "none"}`,
    ),
    ...alertsText(change.alerts_added, "added", names),
    ...alertsText(change.alerts_removed, "removed", names),
  ].join("; ");

function alertsText(
  ids: readonly string[],
  what: string,
  names: ReadonlyMap<string, string>,
): string[] {
  if (ids.length === 0) return [];
  const known = [...new Set(ids.flatMap((id) => names.get(id) ?? []))];
  const shown = known.slice(0, ALERT_NAMES_MAX).join(", ");
  const rest = known.length > ALERT_NAMES_MAX ? " and others" : "";
  const count = ids.length === 1 ? "1 alert" : `${ids.length} alerts`;
  return [`${count} ${what}${shown === "" ? "" : ` (${shown}${rest})`}`];
}
