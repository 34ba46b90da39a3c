/** Past runs: how long each took, how it ended, and what it found that the run before had not. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import { Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Table } from "../../components/Table.tsx";
import { Ago } from "../../components/Time.tsx";
import { VERDICT_WORD } from "../../components/words.ts";
import { DurationPicture } from "./DurationPicture.tsx";
import type { Run } from "./queries.ts";
import { RunChanges } from "./RunChanges.tsx";
import { StatusWord } from "./StatusWord.tsx";
import { durationWords } from "./words.ts";

const useStyles = makeStyles({
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" },
  quiet: { color: tokens.colorNeutralForeground2 },
  link: { color: tokens.colorBrandForegroundLink },
  top: { verticalAlign: "top" },
});

export function RunHistory({ runs }: { runs: readonly Run[] }) {
  const styles = useStyles();
  if (runs.length === 0) {
    return (
      <Notice title="It has not run yet">Its runs show here, each with what it changed.</Notice>
    );
  }
  return (
    <>
      <DurationPicture runs={runs} />
      <Table
        label="Runs"
        head={[
          "Started",
          "Outcome",
          "Took",
          "Verdict and answer",
          "Since the run before",
          "Session",
        ]}
        amounts={[2]}
      >
        {runs.map((run) => (
          <tr key={run.id} className={styles.top}>
            <td>
              <Ago at={run.started_at} />
              {run.trigger === "manual" && (
                <div className={styles.quiet}>by {run.requested_by ?? "hand"}</div>
              )}
            </td>
            <td>
              <StatusWord status={run.status} />
              {run.error !== null && (
                <div>
                  <OutsideText text={run.error.detail} />
                </div>
              )}
              {run.note !== null && <div className={styles.quiet}>{run.note}</div>}
            </td>
            <td className={styles.number}>
              {run.duration_ms === null ? "" : durationWords(run.duration_ms)}
            </td>
            <td>
              <Answer run={run} />
            </td>
            <td>{run.changes !== null && <RunChanges changes={run.changes} />}</td>
            <td>
              {run.session_id !== null && (
                <Link to="/sessions/$id" params={{ id: run.session_id }} className={styles.link}>
                  Open
                </Link>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

/** The verdict, and the answer to the question's own condition where it has one. */
function Answer({ run: { verdict, condition } }: { run: Run }) {
  return (
    <>
      {verdict === null ? "" : VERDICT_WORD[verdict]}
      {condition !== undefined && (
        <div>
          <OutsideText text={condition.text} />
        </div>
      )}
    </>
  );
}
