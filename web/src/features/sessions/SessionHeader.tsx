/** The verdict and its weight, or where the run stands; what it cost. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { SessionView } from "../../../../shared/schemas/sessions.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Tag } from "../../components/Tag.tsx";
import { Age, UtcTime } from "../../components/Time.tsx";
import { plainWords, SESSION_STATUS_WORD } from "../../components/words.ts";
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
        <span>{plainWords(session.persona)}</span>
        <span>{session.driver === "rules" ? "by rules, no model" : "by rules and a model"}</span>
        {report !== null && report.stability !== null && (
          <span>stability {report.stability.toFixed(2)}</span>
        )}
        {session.queue_position !== null && <span>{session.queue_position} before it</span>}
        <span>
          started <Age at={session.started_at ?? session.created_at} />
        </span>
        {session.duration_ms !== null && <span>{(session.duration_ms / 1000).toFixed(1)} s</span>}
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

/** Never a false zero: an unknown cost is called unknown. */
function costWords({
  usd,
  usd_kind: kind,
  model_tokens: modelTokens,
}: SessionView["cost"]): string {
  if (modelTokens === 0 && usd === 0) return "no model cost";
  if (usd === null || kind === "unknown") return "cost unknown";
  return `$${usd.toFixed(3)} (${kind})`;
}
