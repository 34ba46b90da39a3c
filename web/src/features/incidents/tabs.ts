/** Tabs of the incident page, in the order in which 1 to 5 reach them, and what its address says. */
export const TABS = [
  { value: "overview", word: "Overview" },
  { value: "alerts", word: "Alerts" },
  { value: "entities", word: "Entities" },
  { value: "activity", word: "Activity" },
  { value: "investigations", word: "Investigations" },
] as const;
export type Tab = (typeof TABS)[number]["value"];

export interface IncidentSearch {
  /** Absent: the overview. */
  tab?: Tab | undefined;
  /** Id of the provider, where several workspaces use the number. */
  provider?: string | undefined;
}

export function incidentSearchOf(search: Record<string, unknown>): IncidentSearch {
  const tab = TABS.find(({ value }) => value === search["tab"])?.value;
  const provider = search["provider"];
  return {
    tab: tab === "overview" ? undefined : tab,
    provider: typeof provider === "string" && provider !== "" ? provider : undefined,
  };
}
