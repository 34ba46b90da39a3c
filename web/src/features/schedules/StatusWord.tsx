/** The state of a schedule or of a run as sign, word and colour. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

import type { RunStatus } from "../../../../shared/schemas/scheduleRuns.ts";
import type { ScheduleStatus } from "../../../../shared/schemas/schedules.ts";
import { RUN_WORD, STATUS_WORD } from "./words.ts";

const useStyles = makeStyles({
  root: { whiteSpace: "nowrap" },
  good: { color: "var(--good)" },
  bad: { color: "var(--severityHigh)", fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2 },
});

type Tone = "good" | "bad" | "quiet";

const LOOK: Readonly<Record<ScheduleStatus | RunStatus, readonly [sign: string, tone: Tone]>> = {
  ACTIVE: ["●", "good"],
  PAUSED: ["❙❙", "quiet"],
  COMPLETED: ["✓", "quiet"],
  FAILED: ["✕", "bad"],
  running: ["◌", "quiet"],
  completed: ["✓", "good"],
  failed: ["✕", "bad"],
};

export function StatusWord({ status }: { status: ScheduleStatus | RunStatus }) {
  const styles = useStyles();
  const [sign, tone] = LOOK[status];
  const words: Readonly<Record<string, string>> = { ...STATUS_WORD, ...RUN_WORD };
  return (
    <span className={mergeClasses(styles.root, styles[tone])}>
      <span aria-hidden>{sign}</span> {words[status]}
    </span>
  );
}
