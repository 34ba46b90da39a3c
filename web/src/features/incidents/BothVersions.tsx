/** A conflict: what each field was and what it is, side by side, and the ways to decide. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";

import { OutsideText } from "../../components/OutsideText.tsx";
import { plainWords } from "../../components/words.ts";

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

interface Props {
  title: string;
  /** Whose the first and the second value of each row are. */
  versions: readonly [string, string];
  rows: readonly { field: string; values: readonly [string, string] }[];
  /** Brought into sight, with the focus: it answers a button that was pressed. Never under somebody who types. */
  isAnswer?: boolean;
  /** Buttons. */
  children: ReactNode;
}

export function BothVersions({ title, versions, rows, isAnswer = false, children }: Props) {
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
      <div className={styles.actions}>{children}</div>
    </div>
  );
}
