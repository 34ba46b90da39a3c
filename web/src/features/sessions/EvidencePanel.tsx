/** The proof of one claim: rows with the cell marked, the query, the time it looked at. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import { useQuery } from "@tanstack/react-query";

import type { Claim, ClaimRef, SessionView } from "../../../../shared/schemas/sessions.ts";
import { useApi } from "../../api/context.ts";
import { Kql } from "../../components/Kql.tsx";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { ClaimLinks } from "./ClaimLinks.tsx";
import { focusClaim } from "./ClaimList.tsx";
import { EvidenceRows } from "./EvidenceRows.tsx";
import { LogAnalyticsLink } from "./LogAnalyticsLink.tsx";
import { evidenceOptions } from "./queries.ts";

const useStyles = makeStyles({
  root: {
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  top: { display: "flex", justifyContent: "space-between", alignItems: "flex-start", gap: "8px" },
  acts: { display: "flex", gap: "4px", flexShrink: 0 },
  title: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  part: { marginTop: tokens.spacingVerticalM },
  question: { margin: "0 0 2px", fontSize: tokens.fontSizeBase300 },
  line: {
    display: "flex",
    flexWrap: "wrap",
    gap: "2px 14px",
    margin: "0 0 6px",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
});

interface Props {
  session: SessionView;
  /** The claim whose proof is shown; undefined for one piece of evidence as a whole. */
  claim: Claim | undefined;
  evidenceId: string | undefined;
  onClaim: (claimId: string) => void;
  onClose: () => void;
}

export function EvidencePanel({ session, claim, evidenceId, onClaim, onClose }: Props) {
  const styles = useStyles();
  const cited = claim?.refs.map((ref) => ref.evidence_id) ?? [];
  const ids = evidenceId === undefined ? [...new Set(cited)] : [evidenceId];
  return (
    <section className={styles.root} aria-label="Evidence">
      <div className={styles.top}>
        {claim === undefined ? (
          <h2 className={styles.title}>Evidence</h2>
        ) : (
          <div>
            <h2 className={styles.title}>
              Evidence: <OutsideText text={claim.text} limit={200} />
            </h2>
            <span className={styles.quiet}>
              {claim.check === "struck" ? "Struck. " : "Checked. "}
              <OutsideText text={claim.reason} />
            </span>
          </div>
        )}
        <div className={styles.acts}>
          {claim !== undefined && (
            <Button size="small" onClick={() => focusClaim(claim.id)}>
              Back to the claim
            </Button>
          )}
          <Button
            size="small"
            appearance="subtle"
            icon={<Dismiss16Regular />}
            aria-label="Close the evidence"
            onClick={() => {
              onClose();
              if (claim !== undefined) focusClaim(claim.id);
            }}
          />
        </div>
      </div>
      {ids.map((id) => (
        <OneEvidence
          key={id}
          session={session}
          evidenceId={id}
          refs={claim?.refs.filter((ref) => ref.evidence_id === id) ?? []}
          openClaim={claim?.id}
          onClaim={onClaim}
        />
      ))}
    </section>
  );
}

interface OneProps {
  session: SessionView;
  evidenceId: string;
  refs: readonly ClaimRef[];
  openClaim: string | undefined;
  onClaim: (claimId: string) => void;
}

function OneEvidence({ session, evidenceId, refs, openClaim, onClaim }: OneProps) {
  const styles = useStyles();
  const reply = useQuery(evidenceOptions(useApi(), session.id, evidenceId));
  if (reply.isPending) return <SkeletonRows rows={4} label="Loading the evidence" />;
  if (reply.isError) return <Failure error={reply.error} onRetry={() => void reply.refetch()} />;
  const evidence = reply.data;
  const others = (session.report?.claims ?? []).filter(
    (claim) =>
      claim.id !== openClaim && claim.refs.some(({ evidence_id: cited }) => cited === evidenceId),
  );
  const counts = refs.flatMap((ref) => (ref.count === undefined ? [] : [ref.count]));
  return (
    <div className={styles.part}>
      <h3 className={styles.question}>
        <OutsideText text={evidence.question} />
      </h3>
      <p className={styles.line}>
        <span>
          from <UtcTime at={evidence.timespan.from} /> to <UtcTime at={evidence.timespan.to} />
        </span>
        <span>
          {evidence.row_count} {evidence.row_count === 1 ? "row" : "rows"}
          {evidence.truncated && ", more matched than are here"}
        </span>
        {counts.length > 0 && <b>the claim counts {counts.join(", ")}</b>}
        {evidence.statistics.partial_error !== undefined && (
          <b>
            partial: <OutsideText text={evidence.statistics.partial_error} />
          </b>
        )}
      </p>
      <EvidenceRows evidence={evidence} refs={refs} />
      <div className={styles.part}>
        <Kql text={evidence.kql} />
        <LogAnalyticsLink session={session} kql={evidence.kql} timespan={evidence.timespan} />
      </div>
      {others.length > 0 && (
        <p className={styles.line}>
          {openClaim === undefined ? "Claims that cite it" : "Other claims that cite it"}{" "}
          <ClaimLinks
            ids={others.map(({ id }) => id)}
            claims={session.report?.claims ?? []}
            onClaim={onClaim}
          />
        </p>
      )}
    </div>
  );
}
