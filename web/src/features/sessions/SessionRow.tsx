/** One investigation of the list. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { SessionSummary } from "../../../../shared/schemas/sessions.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Tag } from "../../components/Tag.tsx";
import { Age } from "../../components/Time.tsx";
import { plainWords, SESSION_STATUS_WORD } from "../../components/words.ts";
import { VerdictWords } from "./VerdictWords.tsx";

const useStyles = makeStyles({
  link: { color: tokens.colorBrandForegroundLink },
  plain: { textDecorationLine: "none", whiteSpace: "nowrap" },
  number: { fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" },
  query: { minWidth: "220px" },
});

export function SessionRow({ session }: { session: SessionSummary }) {
  const styles = useStyles();
  const { id, verdict, confidence, incident_number: number } = session;
  return (
    <tr>
      <td className={styles.plain}>
        {verdict === null || confidence === null ? (
          ""
        ) : (
          <VerdictWords verdict={verdict} confidence={confidence} />
        )}
      </td>
      <td className={styles.query}>
        <Link to="/sessions/$id" params={{ id }} className={styles.link}>
          <OutsideText text={session.query} limit={140} />
        </Link>{" "}
        {session.pinned === true && <Tag isStrong>pinned</Tag>}
        {session.parent_id !== undefined && <Tag>follow-up</Tag>}
      </td>
      <td>
        {number !== undefined && (
          <Link
            to="/incidents/$number"
            params={{ number: String(number) }}
            search={{}}
            className={styles.link}
          >
            #{number}
          </Link>
        )}
      </td>
      <td>
        {SESSION_STATUS_WORD[session.status]}{" "}
        {session.degraded !== undefined && <Tag>degraded</Tag>}
      </td>
      <td>{session.driver === "model" ? (session.model_name ?? "model") : "rules"}</td>
      <td>{plainWords(session.persona)}</td>
      <td className={styles.number}>
        <Age at={session.created_at} />
      </td>
      <td className={styles.number}>
        {session.duration_ms === null ? "" : `${(session.duration_ms / 1000).toFixed(1)} s`}
      </td>
    </tr>
  );
}
