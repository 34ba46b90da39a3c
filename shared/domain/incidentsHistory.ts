/** Tells an incident's changes from Sentinel's rows: each row is the whole incident as it was then. */
import type { IncidentRecord } from "../schemas/incidents.ts";
import { type IncidentRow, SentinelActivity } from "../schemas/incidentsRelated.ts";
import {
  type HistoryChange,
  HistoryField,
  type HistoryState,
  type IncidentHistory,
} from "../schemas/incidentsHistory.ts";
import { shortened } from "./shortened.ts";

/** Titles and lists of tags may be long; a change shows how they begin. */
const VALUE_MAX = 200;

/** @param rows In any order; rows that repeat or change nothing that is told add nothing. */
export function historyOf(rows: readonly IncidentRow[]): IncidentHistory {
  const states = rows.map(stateOf).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const changes = states.flatMap((state, index) => {
    const before = states[index - 1];
    return before === undefined ? [] : changeBetween(before, state);
  });
  return { changes, newest: states.at(-1) ?? null };
}

/** What the syncs brought since the rows were read, as one change; none while it shows what we wrote ahead of its row. */
export function changeSince(newest: HistoryState, record: IncidentRecord): HistoryChange[] {
  if (record.writeback?.state === "written" || record.last_modified_at <= newest.at) return [];
  const modified_by = SentinelActivity.parse(record.sentinel).ModifiedBy;
  return changeBetween(newest, stateOf({ ...record, modified_by }));
}

function changeBetween(before: HistoryState, after: HistoryState): HistoryChange[] {
  const fields = HistoryField.options
    .map((field) => ({ field, before: before.values[field], after: after.values[field] }))
    .filter((one) => one.before !== one.after);
  const alerts_added = without(after.alert_ids, before.alert_ids);
  const alerts_removed = without(before.alert_ids, after.alert_ids);
  if (fields.length + alerts_added.length + alerts_removed.length === 0) return [];
  return [{ at: after.at, by: after.by, fields, alerts_added, alerts_removed }];
}

const without = (ids: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others);
  return ids.filter((id) => !known.has(id));
};

function stateOf(row: IncidentRow): HistoryState {
  const { last_modified_at, modified_by, stated, owner, labels, alert_ids } = row;
  return {
    at: last_modified_at,
    by: modified_by.slice(0, VALUE_MAX),
    values: {
      title: shown(row.title),
      status: shown(stated["status"] ?? row.status),
      severity: shown(stated["severity"] ?? row.severity),
      classification: shown(stated["classification"] ?? row.classification),
      classification_reason: shown(row.classification_reason),
      owner: shown(
        owner?.user_principal_name ?? owner?.email ?? owner?.name ?? owner?.object_id ?? null,
      ),
      tags: shown(labels.toSorted().join(", ")),
    },
    alert_ids,
  };
}

const shown = (text: string | null): string | null =>
  text === null || text === "" ? null : shortened(text, VALUE_MAX);
