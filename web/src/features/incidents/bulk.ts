/** Changing many incidents at once: shown at once, told item by item, and undone in as few requests as it takes. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";

import type { IncidentSummary, LocalStatus } from "../../../../shared/schemas/incidents.ts";
import type { IncidentBulkReply } from "../../../../shared/schemas/incidentsBulk.ts";
import type { ApiClient } from "../../api/client.ts";
import { headKey } from "./queries.ts";
import type { IncidentPage } from "./queries.ts";

export interface Change {
  local_status?: LocalStatus;
  assigned_to?: string | null;
  add_tags?: string[];
  remove_tags?: string[];
}

/** One change and the incidents it is for. */
export interface Step {
  incidents: readonly IncidentSummary[];
  change: Change;
}

export interface ItemResult {
  incident: IncidentSummary;
  result: "changed" | "unchanged" | "failed";
  /** Why it failed. */
  detail: string | undefined;
}

/** Sends a step, one request for each provider, and says what became of every incident. */
export async function sendStep(api: ApiClient, { incidents, change }: Step): Promise<ItemResult[]> {
  const groups = groupsOf(incidents, ({ provider_id }) => provider_id);
  const results: ItemResult[] = [];
  for (const [provider, group] of groups) {
    const { items } = await api.read<IncidentBulkReply>("/api/v1/incidents/bulk", {
      method: "POST",
      body: { numbers: group.map(({ number }) => number), provider, ...change },
    });
    for (const incident of group) {
      const item = items.find(({ number }) => number === incident.number);
      results.push({
        incident,
        result: item?.result ?? "failed",
        detail: item === undefined ? "The server did not answer for it." : item.error?.detail,
      });
    }
  }
  return results;
}

/** What brings the changed ones back to what they were. */
export function undoOf(change: Change, results: readonly ItemResult[]): Step[] {
  const changed = results
    .filter(({ result }) => result === "changed")
    .map(({ incident }) => incident);
  const steps = (by: (incident: IncidentSummary) => Change): Step[] =>
    [...groupsOf(changed, (incident) => JSON.stringify(by(incident))).values()].flatMap((group) =>
      group[0] === undefined
        ? []
        : [{ incidents: group.map((one) => changedBy(one, change)), change: by(group[0]) }],
    );
  if (change.local_status !== undefined) return steps(({ local_status }) => ({ local_status }));
  if (change.assigned_to !== undefined) return steps(({ assigned_to }) => ({ assigned_to }));
  if (change.add_tags !== undefined) {
    const added = change.add_tags;
    // A tag that was there before stays.
    return steps(({ tags }) => ({ remove_tags: added.filter((tag) => !tags.includes(tag)) }));
  }
  return steps(({ tags }) => ({ add_tags: tags }));
}

/** The incident with the change made. */
export function changedBy(incident: IncidentSummary, change: Change): IncidentSummary {
  const { add_tags: added = [], remove_tags: removed = [], ...fields } = change;
  const tags = [...new Set([...incident.tags, ...added])].filter((tag) => !removed.includes(tag));
  return { ...incident, ...fields, tags };
}

/** Puts newer versions of incidents into every list that shows them. */
export function showInLists(cache: QueryClient, newer: readonly IncidentSummary[]): void {
  const byId = new Map(newer.map((incident) => [incident.id, incident]));
  const inPage = (page: IncidentPage): IncidentPage => ({
    ...page,
    items: page.items.map((incident) => byId.get(incident.id) ?? incident),
  });
  cache.setQueriesData<InfiniteData<IncidentPage>>({ queryKey: ["incidents", "list"] }, (list) =>
    list === undefined ? list : { ...list, pages: list.pages.map(inPage) },
  );
  cache.setQueriesData<IncidentPage>({ queryKey: headKey }, (page) =>
    page === undefined ? page : inPage(page),
  );
}

/** In the order in which the groups first occur. */
function groupsOf(
  incidents: readonly IncidentSummary[],
  by: (incident: IncidentSummary) => string,
): Map<string, IncidentSummary[]> {
  const groups = new Map<string, IncidentSummary[]>();
  for (const incident of incidents) {
    const key = by(incident);
    groups.set(key, [...(groups.get(key) ?? []), incident]);
  }
  return groups;
}
