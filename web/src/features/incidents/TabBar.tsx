/** Tabs of the incident page; the arrow keys walk them, and the address holds the one that is open. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { KeyboardEvent } from "react";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { alertNumber } from "./alertCount.ts";
import { TABS } from "./tabs.ts";
import type { Tab } from "./tabs.ts";

const useStyles = makeStyles({
  root: {
    display: "flex",
    gap: "4px",
    marginTop: "12px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  tab: {
    display: "inline-flex",
    alignItems: "center",
    gap: "6px",
    padding: "8px 10px 7px",
    border: "none",
    borderBottom: "3px solid transparent",
    // There, a transparent border is drawn.
    "@media (forced-colors: active)": { borderBottomColor: "Canvas" },
    background: "none",
    color: tokens.colorNeutralForeground2,
    font: "inherit",
    cursor: "pointer",
    ":hover": { color: tokens.colorNeutralForeground1 },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  open: {
    borderBottomColor: tokens.colorCompoundBrandStroke,
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    "@media (forced-colors: active)": { borderBottomColor: "Highlight" },
  },
  count: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightRegular,
    fontVariantNumeric: "tabular-nums",
  },
});

interface Props {
  incident: IncidentView;
  tab: Tab;
  onTab: (tab: Tab) => void;
}

export function TabBar({ incident, tab, onTab }: Props) {
  const styles = useStyles();
  const counts: Partial<Record<Tab, number | string>> = {
    alerts: alertNumber(incident),
    ...(incident.enriched_at !== undefined && { entities: incident.entities.length }),
  };
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const at = TABS.findIndex(({ value }) => value === tab);
    const next = TABS[(at + by + TABS.length) % TABS.length];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    onTab(next.value);
    event.currentTarget.querySelector<HTMLElement>(`#tab-${next.value}`)?.focus();
  };
  return (
    <div
      className={styles.root}
      role="tablist"
      aria-label="Parts of the incident"
      tabIndex={-1}
      onKeyDown={onKey}
    >
      {TABS.map(({ value, word }, index) => (
        <button
          key={value}
          type="button"
          role="tab"
          id={`tab-${value}`}
          aria-selected={value === tab}
          aria-controls={`panel-${value}`}
          tabIndex={value === tab ? 0 : -1}
          title={`${word} ( ${index + 1} )`}
          className={mergeClasses(styles.tab, value === tab && styles.open)}
          onClick={() => onTab(value)}
        >
          {word}{" "}
          {counts[value] !== undefined && <span className={styles.count}>{counts[value]}</span>}
        </button>
      ))}
    </div>
  );
}
