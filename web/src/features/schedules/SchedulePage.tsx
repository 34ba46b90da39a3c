/** One schedule: what it asks and when, its next runs, and what its past runs found. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { ScheduleView } from "../../../../shared/schemas/schedules.ts";
import { useApi } from "../../api/context.ts";
import { ApiError } from "../../api/problem.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { LocalTime, NextRun } from "./NextRun.tsx";
import { heldOptions, runsOptions, scheduleOptions } from "./queries.ts";
import { RunHistory } from "./RunHistory.tsx";
import { ScheduleActions } from "./ScheduleActions.tsx";
import { ScheduleForm } from "./ScheduleForm.tsx";
import { StatusWord } from "./StatusWord.tsx";
import { PERSONA_WORD, timingWords } from "./words.ts";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "1280px" },
  quiet: { color: tokens.colorNeutralForeground2 },
  back: { color: tokens.colorBrandForegroundLink },
  facts: {
    display: "grid",
    gridTemplateColumns: "max-content 1fr",
    gap: "4px 16px",
    margin: `0 0 ${tokens.spacingVerticalL}`,
    "& dt": { color: tokens.colorNeutralForeground2 },
    "& dd": { margin: 0 },
  },
  query: { whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  runs: { margin: 0, paddingLeft: "18px" },
});

interface Props {
  id: string;
  isEditing: boolean;
  onClose: () => void;
  /** The schedule is gone from the list. */
  onDeleted: () => void;
}

export function SchedulePage({ id, isEditing, onClose, onDeleted }: Props) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      {isEditing ? <Edit id={id} onClose={onClose} /> : <Detail id={id} onDeleted={onDeleted} />}
    </div>
  );
}

function Detail({ id, onDeleted }: Pick<Props, "id" | "onDeleted">) {
  const styles = useStyles();
  const api = useApi();
  const found = useQuery(scheduleOptions(api, id));
  const runs = useQuery(runsOptions(api, id));
  useTitle(found.data?.name ?? "Schedule");
  if (found.isPending) return <SkeletonRows rows={6} label="Loading the schedule" />;
  if (found.data === undefined) return <Missing error={found.error} />;
  const schedule = found.data;
  return (
    <>
      <p className={styles.quiet}>
        <Link to="/schedules" className={styles.back}>
          Schedules
        </Link>
      </p>
      <Section
        title={schedule.name}
        isPage
        aside={<StatusWord status={schedule.status} />}
        end={<ScheduleActions schedule={schedule} onDeleted={onDeleted} />}
      >
        <Facts schedule={schedule} />
      </Section>
      <Section title="Runs" aside="the last 50, newest first">
        {runs.isPending && <SkeletonRows rows={4} label="Loading the runs" />}
        {runs.isError && <Failure error={runs.error} onRetry={() => void runs.refetch()} />}
        {runs.data !== undefined && <RunHistory runs={runs.data.items} />}
      </Section>
    </>
  );
}

function Facts({ schedule }: { schedule: ScheduleView }) {
  const styles = useStyles();
  const { description, last_error: error, consecutive_failures: failures } = schedule;
  return (
    <dl className={styles.facts}>
      <dt>Asks</dt>
      <dd className={styles.query}>
        <OutsideText text={schedule.user_query} />
      </dd>
      {description !== "" && (
        <>
          <dt>Why</dt>
          <dd className={styles.query}>
            <OutsideText text={description} />
          </dd>
        </>
      )}
      <dt>When</dt>
      <dd>{timingWords(schedule)}</dd>
      <dt>Next run</dt>
      <dd>
        <NextRun at={schedule.next_run_at} />
      </dd>
      {schedule.next_runs.length > 1 && (
        <>
          <dt>After that</dt>
          <dd>
            <ol className={styles.runs}>
              {schedule.next_runs.slice(1).map((at) => (
                <li key={at}>
                  <LocalTime at={at} />
                </li>
              ))}
            </ol>
          </dd>
        </>
      )}
      <dt>Persona</dt>
      <dd>{PERSONA_WORD[schedule.persona]}</dd>
      {schedule.require_model && (
        <>
          <dt>Model</dt>
          <dd>required: a run that none could judge counts as failed</dd>
        </>
      )}
      {error !== null && (
        <>
          <dt>Last failure</dt>
          <dd>
            <OutsideText text={error.detail} /> ({failures} in a row
            {schedule.status === "FAILED" && "; resume it once that is mended"})
          </dd>
        </>
      )}
    </dl>
  );
}

function Edit({ id, onClose }: Pick<Props, "id" | "onClose">) {
  const held = useQuery(heldOptions(useApi(), id));
  if (held.isPending) return <SkeletonRows rows={6} label="Loading the schedule" />;
  if (held.data === undefined) return <Missing error={held.error} />;
  return <ScheduleForm held={held.data} onSaved={onClose} onClose={onClose} />;
}

function Missing({ error }: { error: unknown }) {
  if (!(error instanceof ApiError && error.problem.status === 404))
    return <Failure error={error} />;
  return (
    <Notice
      title="There is no such schedule"
      actions={<Link to="/schedules">Go to the schedules</Link>}
    >
      It may have been deleted.
    </Notice>
  );
}
