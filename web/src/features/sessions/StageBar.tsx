/** The seven stages of a run and where it is now. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

import type { SessionView } from "../../../../shared/schemas/sessions.ts";
import { STAGES } from "../../components/words.ts";
import { isLive } from "./queries.ts";

const useStyles = makeStyles({
  root: {
    display: "grid",
    gridTemplateColumns: "repeat(7, minmax(0, 1fr))",
    gap: "4px",
    listStyleType: "none",
    margin: "0 0 18px",
    padding: 0,
    fontSize: tokens.fontSizeBase200,
    // Two rows: in one, the words would be cut on a telephone.
    "@media (max-width: 640px)": { gridTemplateColumns: "repeat(4, minmax(0, 1fr))" },
  },
  stage: {
    display: "flex",
    gap: "6px",
    paddingTop: "4px",
    borderTop: `3px solid ${tokens.colorNeutralStroke1}`,
    color: tokens.colorNeutralForeground2,
    overflow: "hidden",
    whiteSpace: "nowrap",
  },
  done: { borderTopColor: tokens.colorBrandStroke1, color: tokens.colorNeutralForeground1 },
  now: {
    borderTopColor: tokens.colorBrandStroke1,
    borderTopStyle: "dashed",
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
  },
  /** Read aloud, not seen. */
  spoken: {
    position: "absolute",
    width: "1px",
    height: "1px",
    overflow: "hidden",
    clipPath: "inset(50%)",
  },
});

type StageState = "done" | "now" | "not reached" | "stopped here";
const SIGN: Readonly<Record<StageState, string>> = {
  done: "✓",
  now: "…",
  "not reached": "",
  "stopped here": "✕",
};

export function StageBar({ session }: { session: SessionView }) {
  const styles = useStyles();
  const at = STAGES.findIndex(({ stage }) => stage === session.stage);
  return (
    <ol className={styles.root} aria-label="Stages">
      {STAGES.map(({ stage, word }, index) => {
        const state = stateOf(session, index, at);
        return (
          <li
            key={stage}
            className={mergeClasses(
              styles.stage,
              state === "done" && styles.done,
              state === "now" && styles.now,
            )}
            {...(state === "now" ? { "aria-current": "step" as const } : {})}
            title={`${word}: ${state}`}
          >
            <span>{word}</span>
            <span aria-hidden>{SIGN[state]}</span>
            <span className={styles.spoken}>{state}</span>
          </li>
        );
      })}
    </ol>
  );
}

function stateOf(session: SessionView, index: number, at: number): StageState {
  if (session.status === "completed" || index < at) return "done";
  if (index > at || session.status === "queued") return "not reached";
  return isLive(session) ? "now" : "stopped here";
}
