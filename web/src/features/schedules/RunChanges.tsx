/** What a run found against the one before: one line, and the findings on demand. */
import { makeStyles, tokens } from "@fluentui/react-components";

import { OutsideText } from "../../components/OutsideText.tsx";
import type { Run } from "./queries.ts";

type Changes = NonNullable<Run["changes"]>;

interface Line {
  key: string;
  kind: "New" | "Gone" | "Changed" | "Not checked";
  text: string;
  before?: string;
}

const useStyles = makeStyles({
  list: { margin: "4px 0 0", paddingLeft: "18px" },
  kind: { fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export function RunChanges({ changes }: { changes: Changes }) {
  const styles = useStyles();
  const lines: Line[] = [
    ...changes.new.map(({ key, text }) => ({ key, kind: "New" as const, text })),
    ...changes.gone.map(({ key, text }) => ({ key, kind: "Gone" as const, text })),
    ...changes.changed.map(({ key, after, before }) => ({
      key,
      kind: "Changed" as const,
      text: after,
      before,
    })),
    ...changes.not_checked.map(({ key, text }) => ({ key, kind: "Not checked" as const, text })),
  ];
  if (lines.length === 0) return <span className={styles.quiet}>{changes.summary}</span>;
  return (
    <details>
      <summary>{changes.summary}</summary>
      <ul className={styles.list}>
        {lines.map((line) => (
          <li key={`${line.kind} ${line.key}`}>
            <span className={styles.kind}>{line.kind}:</span> <OutsideText text={line.text} />
            {line.before !== undefined && (
              <div className={styles.quiet}>
                before: <OutsideText text={line.before} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
