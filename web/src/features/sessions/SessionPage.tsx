/** One investigation: where the run is now, then the verdict, its claims and the rows behind them. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { SessionView } from "../../../../shared/schemas/sessions.ts";
import { ApiError } from "../../api/problem.ts";
import type { SessionSearch } from "../../app/pageSearch.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { useMay } from "../signIn/me.ts";
import { ClaimList } from "./ClaimList.tsx";
import { EvidencePanel } from "./EvidencePanel.tsx";
import { useSessionOptions } from "./queries.ts";
import { Replay } from "./Replay.tsx";
import { ReportSections } from "./ReportSections.tsx";
import { ReportSummary } from "./ReportSummary.tsx";
import { FeedbackForm, FollowUp, SessionBar } from "./SessionActs.tsx";
import { SessionHeader } from "./SessionHeader.tsx";
import { StageBar } from "./StageBar.tsx";
import { StepList } from "./StepList.tsx";
import { StruckParts } from "./StruckParts.tsx";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px` },
  stale: { color: "var(--severityMedium)", fontSize: tokens.fontSizeBase200 },
  columns: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 5fr) minmax(0, 6fr)",
    gap: tokens.spacingHorizontalXXL,
    alignItems: "start",
    "@media (max-width: 1000px)": { gridTemplateColumns: "minmax(0, 1fr)" },
    "@media print": { display: "block" },
  },
  pinned: {
    position: "sticky",
    top: "8px",
    maxHeight: "calc(100vh - 70px)",
    overflowY: "auto",
    marginBottom: tokens.spacingVerticalL,
    "@media (max-width: 1000px)": { position: "static", maxHeight: "none" },
    "@media print": { position: "static", maxHeight: "none", overflowY: "visible" },
  },
});

interface Props {
  id: string;
  /** The claim, or the piece of evidence, whose rows are shown. */
  open: SessionSearch;
  onOpen: (open: SessionSearch) => void;
}

export function SessionPage({ id, open, onOpen }: Props) {
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
      {session.degraded !== undefined && (
        <Notice title="The rules' report: no model judged">
          <OutsideText text={session.degraded.reason} /> ({session.degraded.code})
        </Notice>
      )}
      <Body session={session} open={open} onOpen={onOpen} />
    </article>
  );
}

interface BodyProps extends Omit<Props, "id"> {
  session: SessionView;
}

function Body({ session, open, onOpen }: BodyProps) {
  const styles = useStyles();
  const { report } = session;
  const may = useMay("investigations:write");
  const about = session.incident_number === undefined ? "" : ` of #${session.incident_number}`;
  useTitle(`Investigation${about}`);
  const claim = report?.claims.find((each) => each.id === open.claim);
  const evidenceId = claim === undefined ? open.evidence : undefined;
  const isOpen = claim !== undefined || evidenceId !== undefined;
  const onRows = (id: string) => onOpen({ evidence: id });
  const onClaim = (id: string | undefined) => onOpen({ claim: id });
  const drawer = isOpen && (
    <div className={styles.pinned}>
      <EvidencePanel
        session={session}
        claim={claim}
        evidenceId={evidenceId}
        onClaim={onClaim}
        onClose={() => onOpen({})}
      />
    </div>
  );
  if (report === null) {
    return (
      <div className={isOpen ? styles.columns : ""}>
        <StepList session={session} openEvidence={evidenceId} onRows={onRows} />
        {drawer}
      </div>
    );
  }
  return (
    <div className={styles.columns}>
      <div>
        <ReportSummary report={report} onClaim={onClaim} />
        <ClaimList claims={report.claims} openClaim={claim?.id} onClaim={onClaim} />
        <StruckParts report={report} />
        <ReportSections report={report} onClaim={onClaim} />
        {may && <FollowUp session={session} />}
        {may && <FeedbackForm session={session} />}
        {may && <Replay id={session.id} />}
        {claim !== undefined && <Steps {...{ session, evidenceId, onRows }} />}
      </div>
      <div>
        {drawer}
        {claim === undefined && <Steps {...{ session, evidenceId, onRows }} />}
      </div>
    </div>
  );
}

interface StepsProps {
  session: SessionView;
  evidenceId: string | undefined;
  onRows: (evidenceId: string) => void;
}

const Steps = ({ session, evidenceId, onRows }: StepsProps) => (
  <StepList session={session} openEvidence={evidenceId} onRows={onRows} />
);
