/** A conflict: what each field was and what it is, side by side, and the ways to decide. */
import { makeStyles, tokens } from "@fluentui/react-components";
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
  actions: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
});

interface Props {
  title: string;
  /** Whose the first and the second value of each row are. */
  versions: readonly [string, string];
  rows: readonly { field: string; values: readonly [string, string] }[];
  /** Buttons. */
  children: ReactNode;
}

export function BothVersions({ title, versions, rows, children }: Props) {
  const styles = useStyles();
  return (
    <div role="alert" className={styles.conflict}>
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
