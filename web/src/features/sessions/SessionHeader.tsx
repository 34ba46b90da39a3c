/** The verdict and its weight, or where the run stands; what it cost. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { Report, SessionView } from "../../../../shared/schemas/sessions.ts";
import { useNow } from "../../components/clock.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Tag } from "../../components/Tag.tsx";
import { Ago, UtcTime } from "../../components/Time.tsx";
import { plainWords, SESSION_STATUS_WORD } from "../../components/words.ts";
import { isLive } from "./queries.ts";
import { costWords } from "./sessionCost.ts";
import { VerdictWords } from "./VerdictWords.tsx";

const useStyles = makeStyles({
  root: { marginBottom: "10px" },
  title: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "4px 14px",
    margin: "0 0 4px",
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
  },
  incident: { color: tokens.colorBrandForegroundLink },
  onScreen: { "@media print": { display: "none" } },
  onPaper: { display: "none", "@media print": { display: "inline" } },
  line: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "4px 14px",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
});

export function SessionHeader({ session }: { session: SessionView }) {
  const styles = useStyles();
  const { report } = session;
  return (
    <header className={styles.root}>
      <h1 className={styles.title}>
        {session.incident_number !== undefined && (
          <Link
            to="/incidents/$number"
            params={{ number: String(session.incident_number) }}
            className={styles.incident}
          >
            #{session.incident_number}
          </Link>
        )}
        {report === null ? (
          <span>{SESSION_STATUS_WORD[session.status]}</span>
        ) : (
          <VerdictWords verdict={report.verdict} confidence={report.confidence} />
        )}
        {report?.check === "unverified" && <Tag isStrong>Unverified: a key claim was struck</Tag>}
      </h1>
      <div className={styles.line}>
        <span>
          <OutsideText text={session.query} limit={200} />
        </span>
        <Origin id={session.parent_id} words="follows up another" />
        <Origin id={session.rerun_of} words="runs another again" />
        <span>{plainWords(session.persona)}</span>
        <span>{judgeWords(session)}</span>
        {report !== null && <Stability report={report} />}
        {session.queue_position !== null && <span>{session.queue_position} before it</span>}
        <span>
          started <Started at={session.started_at ?? session.created_at} />
        </span>
        <Elapsed session={session} />
        <span>
          {session.cost.queries} {session.cost.queries === 1 ? "query" : "queries"}
        </span>
        <span>{costWords(session.cost)}</span>
        <span>
          looks from <UtcTime at={session.timespan.from} /> to <UtcTime at={session.timespan.to} />
        </span>
      </div>
    </header>
  );
}

/** On paper an age is wrong from the next minute on. */
function Started({ at }: { at: string }) {
  const styles = useStyles();
  return (
    <>
      <span className={styles.onScreen}>
        <Ago at={at} />
      </span>
      <span className={styles.onPaper}>
        <UtcTime at={at} />
      </span>
    </>
  );
}

/** Until the end it is not known whether the model will have judged. */
function judgeWords({ model_name: name, degraded, driver, status }: SessionView): string {
  if (name === undefined) return "by rules, no model";
  const isWithout = degraded !== undefined || (driver === "rules" && status === "completed");
  return isWithout ? `by rules; ${name} did not judge` : `by rules and ${name}`;
}

/** The session that this one comes of. */
function Origin({ id, words }: { id: string | undefined; words: string }) {
  const styles = useStyles();
  if (id === undefined) return null;
  return (
    <Link to="/sessions/$id" params={{ id }} search={{}} className={styles.incident}>
      {words}
    </Link>
  );
}

/** How many of the judgements over the same evidence agreed. */
function Stability({ report: { judgements, stability } }: { report: Report }) {
  if (judgements !== undefined) {
    return (
      <span title="Judgements over the same evidence that agree">
        {judgements.agree} of {judgements.of} judgements agree
      </span>
    );
  }
  return stability === null ? null : <span>stability {stability.toFixed(2)}</span>;
}

/** Runs on while the session does. */
function Elapsed({ session }: { session: SessionView }) {
  const now = useNow();
  if (session.duration_ms !== null) return <span>{(session.duration_ms / 1000).toFixed(1)} s</span>;
  if (session.started_at === null || !isLive(session)) return null;
  const seconds = Math.max(0, Math.round((now - Date.parse(session.started_at)) / 1000));
  return <span>{seconds} s so far</span>;
}
