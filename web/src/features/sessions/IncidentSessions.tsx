/** Investigations of one incident, newest first. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { Table } from "../../components/Table.tsx";
import { Age } from "../../components/Time.tsx";
import { SESSION_STATUS_WORD, VERDICT_WORD } from "../../components/words.ts";
import { incidentSessionsOptions } from "./queries.ts";

const useStyles = makeStyles({
  empty: { margin: "6px 0", color: tokens.colorNeutralForeground2 },
  link: { color: tokens.colorBrandForegroundLink },
});

export function IncidentSessions({ number }: { number: number }) {
  const styles = useStyles();
  const sessions = useQuery(incidentSessionsOptions(useApi(), number));
  const items = sessions.data?.items ?? [];
  return (
    <Section title="Investigations" aside={sessions.isSuccess ? items.length : undefined}>
      {sessions.isPending && <SkeletonRows rows={2} label="Loading investigations" />}
      {sessions.isError && items.length === 0 && (
        <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />
      )}
      {sessions.isSuccess && items.length === 0 && (
        <p className={styles.empty}>Nobody has investigated this incident yet.</p>
      )}
      {items.length > 0 && (
        <Table label="Investigations" head={["Verdict", "Confidence", "Status", "By", "Started"]}>
          {items.map((session) => (
            <tr key={session.id}>
              <td>
                <Link to="/sessions/$id" params={{ id: session.id }} className={styles.link}>
                  {session.verdict === null ? "Open" : VERDICT_WORD[session.verdict]}
                </Link>
              </td>
              <td>{session.confidence === null ? "" : session.confidence.toFixed(2)}</td>
              <td>{SESSION_STATUS_WORD[session.status]}</td>
              <td>{session.driver}</td>
              <td>
                <Age at={session.created_at} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
