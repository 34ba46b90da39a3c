/** One incident: what happened, what to do next, and the analysts' own work on it. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { useApi } from "../../api/context.ts";
import { ApiError } from "../../api/problem.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { IncidentSessions } from "../sessions/IncidentSessions.tsx";
import { AlertTable } from "./AlertTable.tsx";
import { EntityTable } from "./EntityTable.tsx";
import { IncidentFacts } from "./IncidentFacts.tsx";
import { IncidentHeader } from "./IncidentHeader.tsx";
import { IncidentTimeline } from "./IncidentTimeline.tsx";
import { incidentOptions } from "./queries.ts";
import { SimilarIncidents } from "./SimilarIncidents.tsx";
import { WorkPanel } from "./WorkPanel.tsx";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px` },
  stale: { color: "var(--severityMedium)", fontSize: tokens.fontSizeBase200 },
  columns: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) 340px",
    gap: tokens.spacingHorizontalXXL,
    alignItems: "start",
    "@media (max-width: 900px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
});

export function IncidentPage({ number }: { number: number }) {
  const styles = useStyles();
  const held = useQuery(incidentOptions(useApi(), number));
  if (held.isPending) return <SkeletonRows rows={10} label="Loading the incident" />;
  if (held.data === undefined) {
    if (held.error instanceof ApiError && held.error.problem.status === 404) {
      return (
        <Notice
          title={`There is no incident #${number}`}
          actions={<Link to="/incidents">Go to the incidents</Link>}
        >
          It may belong to another tenant, or the synchronisation has not brought it yet.
        </Notice>
      );
    }
    return <Failure error={held.error} onRetry={() => void held.refetch()} />;
  }
  return (
    <article className={styles.root}>
      {held.isError && (
        <output className={styles.stale}>
          This may be old: the last refresh failed. It is tried again by itself.
        </output>
      )}
      <Loaded incident={held.data.incident} />
    </article>
  );
}

function Loaded({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  useTitle(`#${incident.number} ${incident.title}`);
  return (
    <>
      <IncidentHeader incident={incident} />
      <div className={styles.columns}>
        <div>
          <IncidentFacts incident={incident} />
          <AlertTable incident={incident} />
          <EntityTable incident={incident} />
          <IncidentSessions number={incident.number} />
          <IncidentTimeline incident={incident} />
          <SimilarIncidents incident={incident} />
        </div>
        <Section title="Your work" aside="stays through every synchronisation">
          <WorkPanel incident={incident} />
        </Section>
      </div>
    </>
  );
}
