/** One line of the queue. Its title is a link, so Ctrl+click opens a tab; a click beside it shows the preview. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { IncidentCondition, IncidentSummary } from "../../../../shared/schemas/incidents.ts";
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
  titleWords,
} from "../../components/words.ts";
import { alertWords } from "./alertCount.ts";
import { Person } from "./Person.tsx";
import type { Selection } from "./useSelection.ts";

/** Unseen and selection, severity, status, incident, assignee, age. */
export const COLUMNS = "34px 84px 76px minmax(200px, 4fr) minmax(40px, 1fr) 64px";

const cut = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" } as const;

const useStyles = makeStyles({
  root: {
    display: "grid",
    gridTemplateColumns: COLUMNS,
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    height: "100%",
    boxSizing: "border-box",
    padding: `0 ${tokens.spacingHorizontalL} 0 6px`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    fontSize: tokens.fontSizeBase200,
    cursor: "default",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  current: {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
    "@media (forced-colors: active)": { outline: "2px solid Highlight", outlineOffset: "-2px" },
  },
  mark: { display: "flex", alignItems: "center", gap: "6px" },
  dot: { width: "8px", height: "8px" },
  unseen: {
    boxSizing: "border-box",
    // A border keeps a colour where the system forces its own.
    border: `4px solid ${tokens.colorBrandStroke1}`,
    borderRadius: "50%",
  },
  select: { width: "16px", height: "16px", margin: 0 },
  status: { lineHeight: "16px" },
  here: { display: "block", color: tokens.colorNeutralForeground3, ...cut },
  main: { minWidth: 0 },
  title: {
    display: "block",
    ...cut,
    color: tokens.colorNeutralForeground1,
    fontSize: tokens.fontSizeBase300,
    textDecorationLine: "none",
    ":hover": { textDecorationLine: "underline" },
    ":focus-visible": {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      outlineOffset: "-1px",
      borderRadius: tokens.borderRadiusSmall,
    },
  },
  fresh: { fontWeight: tokens.fontWeightSemibold },
  number: {
    color: tokens.colorNeutralForeground3,
    fontWeight: tokens.fontWeightRegular,
    fontVariantNumeric: "tabular-nums",
  },
  under: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    overflow: "hidden",
    whiteSpace: "nowrap",
    color: tokens.colorNeutralForeground3,
    "& > *": { flexShrink: 0 },
  },
  cut: { ...cut, flexShrink: 1, minWidth: 0 },
  age: {
    textAlign: "right",
    color: tokens.colorNeutralForeground2,
    fontVariantNumeric: "tabular-nums",
  },
});

interface Props {
  incident: IncidentSummary;
  /** The `provider` its address needs. */
  provider: string | undefined;
  isCurrent: boolean;
  /** The reader has not looked at it yet. */
  isUnseen: boolean;
  selection: Selection | undefined;
  onChoose: () => void;
  onOpen: () => void;
}

export function IncidentRow(props: Props) {
  const { incident, isCurrent, isUnseen, selection, provider } = props;
  const styles = useStyles();
  return (
    // The title's link and the keys do the same for the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events
    <div
      className={mergeClasses(styles.root, isCurrent && styles.current)}
      onClick={(event) => isBeside(event.target) && props.onChoose()}
      onDoubleClick={(event) => isBeside(event.target) && props.onOpen()}
    >
      <span className={styles.mark}>
        <span
          className={mergeClasses(styles.dot, isUnseen && styles.unseen)}
          {...(isUnseen && {
            role: "img",
            "aria-label": "Not looked at",
            title: "Not looked at yet",
          })}
        />
        <Select incident={incident} selection={selection} />
      </span>
      <Severity severity={incident.local_severity ?? incident.severity} />
      <span className={styles.status}>
        {STATUS_WORD[incident.status]}
        {incident.local_status !== "new" && (
          <span className={styles.here}>{LOCAL_STATUS_WORD[incident.local_status]}</span>
        )}
      </span>
      <div className={styles.main}>
        <Link
          to="/incidents/$number"
          params={{ number: String(incident.number) }}
          search={{ provider }}
          className={mergeClasses(styles.title, isUnseen && styles.fresh)}
          title={madeVisible(incident.title)}
          data-row={incident.number}
          data-id={incident.id}
        >
          <span className={styles.number}>#{incident.number}</span>{" "}
          <OutsideText text={titleWords(incident.title)} limit={300} />
        </Link>
        <Under incident={incident} />
      </div>
      <Person address={incident.assigned_to} />
      <span className={styles.age}>
        <Age at={incident.last_modified_at} />
      </span>
    </div>
  );
}

/** Links, boxes and buttons answer for themselves. */
const isBeside = (target: EventTarget): boolean =>
  target instanceof Element && target.closest("a, button, input") === null;

/** A merged incident has no alerts for that very reason. */
const isTold = (condition: IncidentCondition, _index: number, all: readonly IncidentCondition[]) =>
  condition !== "phantom" || !all.includes("merged");

/** What else is known, on the second line. */
function Under({ incident }: { incident: IncidentSummary }) {
  const styles = useStyles();
  const { conditions, tactics, products, tags } = incident;
  return (
    <div className={styles.under}>
      {conditions.filter(isTold).map((condition) => (
        <Tag key={condition} isStrong>
          {CONDITION_WORD[condition]}
        </Tag>
      ))}
      <span>{alertWords(incident)}</span>
      {tags.slice(0, 3).map((tag) => (
        <Tag key={tag}>
          <OutsideText text={tag} />
        </Tag>
      ))}
      {tags.length > 3 && <span>+{tags.length - 3}</span>}
      {tactics.length > 0 && (
        <span>
          <OutsideText text={tactics.slice(0, 3).map(plainWords).join(", ")} />
        </span>
      )}
      {products.length > 0 && (
        <span className={styles.cut}>
          <OutsideText text={products.join(", ")} limit={300} />
        </span>
      )}
    </div>
  );
}

function Select({ incident, selection }: Pick<Props, "incident" | "selection">) {
  const styles = useStyles();
  if (selection === undefined) return null;
  return (
    <input
      type="checkbox"
      className={styles.select}
      aria-label={`Select #${incident.number}`}
      checked={selection.chosen.has(incident.id)}
      // The click knows of Shift, the change does not.
      onChange={() => {}}
      onClick={(event) =>
        event.shiftKey ? selection.extendTo(incident) : selection.toggle(incident)
      }
    />
  );
}
