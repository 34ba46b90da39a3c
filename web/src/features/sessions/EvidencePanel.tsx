/** The proof of one claim: rows with the cell marked, the query, the time it looked at. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import { useQuery } from "@tanstack/react-query";

import type { Claim, ClaimRef } from "../../../../shared/schemas/sessions.ts";
import { useApi } from "../../api/context.ts";
import { Kql } from "../../components/Kql.tsx";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { EvidenceRows } from "./EvidenceRows.tsx";
import { evidenceOptions } from "./queries.ts";

const useStyles = makeStyles({
  root: {
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  top: { display: "flex", justifyContent: "space-between", alignItems: "flex-start", gap: "8px" },
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
  sessionId: string;
  claim: Claim;
  onClose: () => void;
}

export function EvidencePanel({ sessionId, claim, onClose }: Props) {
  const styles = useStyles();
  const ids = [...new Set(claim.refs.map((ref) => ref.evidence_id))];
  return (
    <section className={styles.root} aria-label="Evidence">
      <div className={styles.top}>
        <div>
          <h2 className={styles.title}>
            Evidence: <OutsideText text={claim.text} limit={200} />
          </h2>
          <span className={styles.quiet}>
            {claim.check === "struck" ? "Struck. " : "Checked. "}
            <OutsideText text={claim.reason} />
          </span>
        </div>
        <Button
          size="small"
          appearance="subtle"
          icon={<Dismiss16Regular />}
          aria-label="Close the evidence"
          onClick={onClose}
        />
      </div>
      {ids.map((id) => (
        <OneEvidence
          key={id}
          sessionId={sessionId}
          evidenceId={id}
          refs={claim.refs.filter((ref) => ref.evidence_id === id)}
        />
      ))}
    </section>
  );
}

interface OneProps {
  sessionId: string;
  evidenceId: string;
  refs: readonly ClaimRef[];
}

function OneEvidence({ sessionId, evidenceId, refs }: OneProps) {
  const styles = useStyles();
  const reply = useQuery(evidenceOptions(useApi(), sessionId, evidenceId));
  if (reply.isPending) return <SkeletonRows rows={4} label="Loading the evidence" />;
  if (reply.isError) return <Failure error={reply.error} onRetry={() => void reply.refetch()} />;
  const evidence = reply.data;
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
      </div>
    </div>
  );
}
