/** Somebody changed it meanwhile and nothing was saved: both versions side by side, and the reader decides. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";

import { OutsideText } from "./OutsideText.tsx";
import { plainWords } from "./words.ts";

const useStyles = makeStyles({
  conflict: {
    display: "flex",
    flexDirection: "column",
    gap: "8px",
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorPaletteYellowBorder2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
    fontSize: tokens.fontSizeBase200,
    scrollMargin: "12px",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase300 },
  versions: { display: "grid", gridTemplateColumns: "1fr 1fr", gap: "8px" },
  version: {
    padding: "6px",
    backgroundColor: tokens.colorNeutralBackground1,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    maxHeight: "200px",
    overflowY: "auto",
  },
  label: { display: "block", color: tokens.colorNeutralForeground2 },
  // However long the versions are, the ways to decide stay in sight.
  actions: {
    display: "flex",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalS,
    position: "sticky",
    bottom: 0,
    padding: "6px 0",
    backgroundColor: tokens.colorNeutralBackground2,
  },
});

/** One field and its two values. */
export interface ConflictRow {
  field: string;
  values: readonly [string, string];
}

/** What of two versions reads otherwise; `words` say each field of a version. */
export const changedRows = <Version,>(
  words: Readonly<Record<string, (version: Version) => string>>,
  before: Version,
  now: Version,
): ConflictRow[] =>
  Object.entries(words)
    .map(([field, wordsOf]) => ({ field, values: [wordsOf(before), wordsOf(now)] as const }))
    .filter(({ values: [first, second] }) => first !== second);

interface Props {
  title: string;
  /** Whose the first and the second value of each row are. */
  versions?: readonly [string, string];
  rows: readonly ConflictRow[];
  /** Brought into sight, with the focus: it answers a button that was pressed. Never under somebody who types. */
  isAnswer?: boolean;
  isSaving?: boolean;
  /** Words of the two buttons. */
  words?: { mine: string; theirs: string };
  onMine: () => void;
  onTheirs: () => void;
  /** What the rows do not say. */
  children?: ReactNode;
}

const SINCE_OPENED = ["as you opened it", "as it is now"] as const;
const USUAL = { mine: "Keep mine", theirs: "Take theirs" };

export function Conflict(props: Props) {
  const { title, versions = SINCE_OPENED, rows, isAnswer = true, words = USUAL } = props;
  const styles = useStyles();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isAnswer) return;
    box.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: "nearest" });
  }, [isAnswer]);
  return (
    <div ref={box} role="alert" tabIndex={-1} className={styles.conflict}>
      <h3 className={styles.title}>{title}</h3>
      {rows.map(({ field, values }) => (
        <div key={field} className={styles.versions}>
          {versions.map((whose, index) => (
            <div key={whose} className={styles.version}>
              <span className={styles.label}>
                {plainWords(field)}: {whose}
              </span>
              <OutsideText text={values[index] ?? ""} />
            </div>
          ))}
        </div>
      ))}
      {props.children}
      <div className={styles.actions}>
        <Button
          size="small"
          appearance="primary"
          disabled={props.isSaving === true}
          onClick={props.onMine}
        >
          {words.mine}
        </Button>
        <Button size="small" disabled={props.isSaving === true} onClick={props.onTheirs}>
          {words.theirs}
        </Button>
      </div>
    </div>
  );
}
