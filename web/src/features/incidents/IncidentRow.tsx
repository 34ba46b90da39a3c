/** One line of the queue. The title is a link over the whole row, so Ctrl+click opens a tab. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { madeVisible } from "../../components/outsideCharacters.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Tag } from "../../components/Tag.tsx";
import { Age } from "../../components/Time.tsx";
import {
  CONDITION_WORD,
  LOCAL_STATUS_WORD,
  plainWords,
  STATUS_WORD,
} from "../../components/words.ts";
import type { Selection } from "./useSelection.ts";

/** Selection, severity, status, incident, assignee, age. */
export const COLUMNS = "20px 96px 76px minmax(240px, 1fr) minmax(80px, 180px) 72px";

const cut = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" } as const;

const useStyles = makeStyles({
  root: {
    position: "relative",
    display: "grid",
    gridTemplateColumns: COLUMNS,
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    height: "100%",
    boxSizing: "border-box",
    padding: `0 ${tokens.spacingHorizontalL}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    fontSize: tokens.fontSizeBase200,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-within": {
      backgroundColor: tokens.colorNeutralBackground1Selected,
      boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
    },
  },
  // Above the title's link, which lies over the whole row.
  select: { position: "relative", zIndex: 1, width: "16px", height: "16px", margin: 0 },
  main: { minWidth: 0 },
  title: {
    display: "block",
    ...cut,
    color: tokens.colorNeutralForeground1,
    fontSize: tokens.fontSizeBase300,
    textDecorationLine: "none",
    fontWeight: tokens.fontWeightRegular,
    ":hover": { textDecorationLine: "underline" },
    ":focus-visible": { outlineStyle: "none", textDecorationLine: "underline" },
    "::after": { content: "''", position: "absolute", inset: 0 },
  },
  fresh: { fontWeight: tokens.fontWeightSemibold },
  number: { color: tokens.colorNeutralForeground3, fontVariantNumeric: "tabular-nums" },
  under: {
    display: "flex",
    gap: "8px",
    overflow: "hidden",
    whiteSpace: "nowrap",
    color: tokens.colorNeutralForeground3,
    "& > *": { flexShrink: 0 },
  },
  products: { ...cut, flexShrink: 1, minWidth: 0 },
  owner: { ...cut, color: tokens.colorNeutralForeground2 },
  age: {
    textAlign: "right",
    color: tokens.colorNeutralForeground2,
    fontVariantNumeric: "tabular-nums",
  },
});

interface Props {
  incident: IncidentSummary;
  selection: Selection | undefined;
}

export function IncidentRow({ incident, selection }: Props) {
  const styles = useStyles();
  const isFresh = incident.status === "new" && incident.local_status === "new";
  return (
    <div className={styles.root}>
      <Select number={incident.number} selection={selection} />
      <Severity severity={incident.local_severity ?? incident.severity} />
      <span>{STATUS_WORD[incident.status]}</span>
      <div className={styles.main}>
        <Link
          to="/incidents/$number"
          params={{ number: String(incident.number) }}
          className={`${styles.title} ${isFresh ? styles.fresh : ""}`}
          title={madeVisible(incident.title)}
          data-row={incident.number}
        >
          <span className={styles.number}>#{incident.number}</span>{" "}
          <OutsideText text={incident.title} limit={300} />
        </Link>
        <div className={styles.under}>
          <span>
            {incident.alert_count} {incident.alert_count === 1 ? "alert" : "alerts"}
          </span>
          {incident.conditions.map((condition) => (
            <Tag key={condition}>{CONDITION_WORD[condition]}</Tag>
          ))}
          {incident.local_status !== "new" && (
            <span>{LOCAL_STATUS_WORD[incident.local_status]}</span>
          )}
          {incident.tactics.length > 0 && (
            <span>
              <OutsideText text={incident.tactics.slice(0, 3).map(plainWords).join(", ")} />
            </span>
          )}
          {incident.products.length > 0 && (
            <span className={styles.products}>
              <OutsideText text={incident.products.join(", ")} limit={300} />
            </span>
          )}
          {incident.tags.slice(0, 3).map((tag) => (
            <Tag key={tag}>
              <OutsideText text={tag} />
            </Tag>
          ))}
        </div>
      </div>
      <span className={styles.owner} title={incident.assigned_to ?? "Nobody"}>
        {incident.assigned_to ?? ""}
      </span>
      <span className={styles.age}>
        <Age at={incident.last_modified_at} />
      </span>
    </div>
  );
}

function Select({ number, selection }: { number: number; selection: Selection | undefined }) {
  const styles = useStyles();
  if (selection === undefined) return <span />;
  return (
    <input
      type="checkbox"
      className={styles.select}
      aria-label={`Select #${number}`}
      checked={selection.numbers.has(number)}
      onChange={() => selection.toggle(number)}
    />
  );
}
