/** What the run did, in order, with each query as it was sent. */
import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";

import type { SessionView, Step } from "../../../../shared/schemas/sessions.ts";
import { Kql } from "../../components/Kql.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Tag } from "../../components/Tag.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { STAGES } from "../../components/words.ts";
import { LogAnalyticsLink } from "./LogAnalyticsLink.tsx";
import { isLive } from "./queries.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  step: {
    display: "grid",
    gridTemplateColumns: "28px 84px minmax(0, 1fr) auto",
    gap: "2px 8px",
    padding: "5px 0",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    fontSize: tokens.fontSizeBase200,
  },
  quiet: { color: tokens.colorNeutralForeground2 },
  number: {
    color: tokens.colorNeutralForeground3,
    textAlign: "right",
    fontVariantNumeric: "tabular-nums",
  },
  figures: {
    color: tokens.colorNeutralForeground2,
    textAlign: "right",
    fontVariantNumeric: "tabular-nums",
    whiteSpace: "nowrap",
  },
  // It leads to what stands beside the steps, as a claim's number does.
  rows: {
    minWidth: 0,
    paddingRight: 0,
    color: tokens.colorBrandForegroundLink,
    "@media print": { display: "none" },
  },
  model: { gridColumn: "3 / -1", color: tokens.colorNeutralForeground2 },
  query: { gridColumn: "3 / -1", "& summary": { cursor: "pointer" } },
  wait: { display: "flex", gap: "8px", padding: "8px 0" },
});

interface Props {
  session: SessionView;
  /** The piece of evidence whose rows are shown beside the steps. */
  openEvidence: string | undefined;
  onRows: (evidenceId: string) => void;
}

export function StepList({ session, openEvidence, onRows }: Props) {
  const styles = useStyles();
  return (
    <Section title="Steps" aside={session.steps.length}>
      <ol className={styles.list} aria-label="Steps">
        {session.steps.map((step) => (
          <OneStep
            key={step.seq}
            step={step}
            session={session}
            isOpen={step.evidence_id !== undefined && step.evidence_id === openEvidence}
            onRows={onRows}
          />
        ))}
      </ol>
      {isLive(session) && (
        <div className={styles.wait}>
          <Spinner size="extra-tiny" aria-hidden />
          <output>{session.status === "queued" ? "Waiting for its turn" : "Working"}</output>
        </div>
      )}
    </Section>
  );
}

interface StepProps extends Pick<Props, "session" | "onRows"> {
  step: Step;
  isOpen: boolean;
}

function OneStep({ step, session, isOpen, onRows }: StepProps) {
  const styles = useStyles();
  const word = STAGES.find(({ stage }) => stage === step.stage)?.word ?? step.stage;
  return (
    <li className={styles.step}>
      <span className={styles.number}>{step.seq}</span>
      <span className={styles.quiet}>{word}</span>
      <span>
        <OutsideText text={step.summary} /> {step.kind === "decision" && <Tag>decision</Tag>}
        {step.truncated === true && <Tag>rows cut</Tag>}
      </span>
      <span className={styles.figures}>
        {step.row_count !== undefined &&
          `${step.row_count} ${step.row_count === 1 ? "row" : "rows"} · `}
        {Math.round(step.duration_ms)} ms
        {step.evidence_id !== undefined && (
          <Button
            size="small"
            appearance="transparent"
            className={styles.rows}
            aria-pressed={isOpen}
            aria-label={`Rows of step ${step.seq}`}
            onClick={() => onRows(step.evidence_id ?? "")}
          >
            Rows
          </Button>
        )}
      </span>
      {step.model !== undefined && (
        <span className={styles.model}>
          {step.model.name}, turn {step.model.turn}: {step.model.input_tokens} tokens in,{" "}
          {step.model.output_tokens} out
          {step.model.usd !== null && `, $${step.model.usd.toFixed(4)} (${step.model.usd_kind})`}
        </span>
      )}
      {step.kql !== undefined && (
        <details className={styles.query}>
          <summary>
            KQL
            {step.timespan !== undefined && (
              <span className={styles.quiet}>
                {" "}
                from <UtcTime at={step.timespan.from} /> to <UtcTime at={step.timespan.to} />
              </span>
            )}
          </summary>
          <Kql text={step.kql} />
          <LogAnalyticsLink session={session} kql={step.kql} timespan={step.timespan} />
        </details>
      )}
    </li>
  );
}
