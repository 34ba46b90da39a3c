/** What a run found against the one before: one line, and the findings on demand. */
import { makeStyles, tokens } from "@fluentui/react-components";

import { type ChangeLine, ChangeLines } from "../../components/ChangeLines.tsx";
import type { Run } from "./queries.ts";

type Changes = NonNullable<Run["changes"]>;

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground2 } });

export function RunChanges({ changes }: { changes: Changes }) {
  const styles = useStyles();
  const lines: ChangeLine[] = [
    ...changes.new.map(({ text }) => ({ kind: "New" as const, text })),
    ...changes.gone.map(({ text }) => ({ kind: "Gone" as const, text })),
    ...changes.changed.map(({ after, before }) => ({
      kind: "Changed" as const,
      text: after,
      before,
    })),
    ...changes.not_checked.map(({ text }) => ({ kind: "Not checked" as const, text })),
  ];
  if (lines.length === 0) return <span className={styles.quiet}>{changes.summary}</span>;
  return (
    <details>
      <summary>{changes.summary}</summary>
      <ChangeLines lines={lines} />
    </details>
  );
}
