/** How long the runs took, oldest on the left; a failed run is hollow, so that colour is not needed to see it. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { Run } from "./queries.ts";
import { durationWords } from "./words.ts";

const HEIGHT = 56;
const STEP = 14;
const BAR = 10;
const LEAST = 3;

const useStyles = makeStyles({
  root: { display: "block", margin: "4px 0 8px", maxWidth: "100%" },
  completed: { fill: "var(--good)" },
  failed: { fill: "transparent", stroke: "var(--severityHigh)", strokeWidth: "2px" },
  line: { stroke: tokens.colorNeutralStroke2 },
});

export function DurationPicture({ runs }: { runs: readonly Run[] }) {
  const styles = useStyles();
  const ended = runs
    .flatMap(({ id, status, duration_ms }) =>
      duration_ms === null || status === "running" ? [] : [{ id, status, duration_ms }],
    )
    .toReversed();
  if (ended.length < 2) return null;
  const longest = Math.max(...ended.map(({ duration_ms }) => duration_ms), 1);
  const width = ended.length * STEP;
  return (
    <svg
      role="img"
      aria-label={wordsOf(ended)}
      className={styles.root}
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
    >
      <line x1={0} x2={width} y1={HEIGHT - 1} y2={HEIGHT - 1} className={styles.line} />
      {ended.map(({ id, status, duration_ms }, n) => {
        const height = Math.max(LEAST, (duration_ms / longest) * (HEIGHT - 6));
        return (
          <rect
            key={id}
            x={n * STEP + 2}
            y={HEIGHT - 2 - height}
            width={BAR}
            height={height}
            className={status === "failed" ? styles.failed : styles.completed}
          >
            <title>{`${status}, ${durationWords(duration_ms)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

function wordsOf(ended: readonly { status: string; duration_ms: number }[]): string {
  const times = ended.map(({ duration_ms }) => duration_ms);
  const failed = ended.filter(({ status }) => status === "failed").length;
  const range = `${durationWords(Math.min(...times))} to ${durationWords(Math.max(...times))}`;
  return `Durations of ${ended.length} runs, ${range}; ${failed} failed.`;
}
