/** One investigation: where the run is now, then the verdict, its claims and the rows behind them. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { SessionView } from "../../../../shared/schemas/sessions.ts";
import { ApiError } from "../../api/problem.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { useMay } from "../signIn/me.ts";
import { ClaimList } from "./ClaimList.tsx";
import { EvidencePanel } from "./EvidencePanel.tsx";
import { useSessionOptions } from "./queries.ts";
import { ReportSections } from "./ReportSections.tsx";
import { ReportSummary } from "./ReportSummary.tsx";
import { FeedbackForm, FollowUp, SessionBar } from "./SessionActs.tsx";
import { SessionHeader } from "./SessionHeader.tsx";
import { StageBar } from "./StageBar.tsx";
import { StepList } from "./StepList.tsx";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px` },
  stale: { color: "var(--severityMedium)", fontSize: tokens.fontSizeBase200 },
  columns: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 5fr) minmax(0, 6fr)",
    gap: tokens.spacingHorizontalXXL,
    alignItems: "start",
    "@media (max-width: 1000px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  pinned: {
    position: "sticky",
    top: "8px",
    maxHeight: "calc(100vh - 70px)",
    overflowY: "auto",
    "@media (max-width: 1000px)": { position: "static", maxHeight: "none" },
  },
});

interface Props {
  id: string;
  /** Id of the claim whose evidence is shown. */
  openClaim: string | undefined;
  onClaim: (claimId: string | undefined) => void;
}

export function SessionPage({ id, openClaim, onClaim }: Props) {
  const styles = useStyles();
  const held = useQuery(useSessionOptions(id));
  if (held.isPending) return <SkeletonRows rows={10} label="Loading the investigation" />;
  if (held.data === undefined) {
    if (held.error instanceof ApiError && held.error.problem.status === 404) {
      return (
        <Notice
          title="There is no such investigation"
          actions={<Link to="/incidents">Go to the incidents</Link>}
        >
          It may belong to another tenant.
        </Notice>
      );
    }
    return <Failure error={held.error} onRetry={() => void held.refetch()} />;
  }
  const { session } = held.data;
  return (
    <article className={styles.root}>
      {held.isError && (
        <output className={styles.stale}>
          This may be old: the last refresh failed. It is tried again by itself.
        </output>
      )}
      <SessionHeader session={session} />
      <SessionBar session={session} />
      <StageBar session={session} />
      {session.error !== undefined && (
        <Notice title="The investigation failed">
          {session.error.detail} ({session.error.code})
        </Notice>
      )}
      <Body session={session} openClaim={openClaim} onClaim={onClaim} />
    </article>
  );
}

interface BodyProps extends Omit<Props, "id"> {
  session: SessionView;
}

function Body({ session, openClaim, onClaim }: BodyProps) {
  const styles = useStyles();
  const { report } = session;
  const may = useMay("investigations:write");
  const about = session.incident_number === undefined ? "" : ` of #${session.incident_number}`;
  useTitle(`Investigation${about}`);
  if (report === null) return <StepList session={session} />;
  const claim = report.claims.find((each) => each.id === openClaim);
  return (
    <div className={styles.columns}>
      <div>
        <ReportSummary report={report} onClaim={onClaim} />
        <ClaimList claims={report.claims} openClaim={openClaim} onClaim={onClaim} />
        <ReportSections report={report} onClaim={onClaim} />
        {may && <FollowUp session={session} />}
        {may && <FeedbackForm session={session} />}
      </div>
      <div>
        <div className={claim === undefined ? "" : styles.pinned}>
          {claim === undefined ? (
            <StepList session={session} />
          ) : (
            <EvidencePanel
              sessionId={session.id}
              claim={claim}
              onClose={() => onClaim(undefined)}
            />
          )}
        </div>
      </div>
    </div>
  );
}
