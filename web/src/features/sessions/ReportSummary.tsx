/** The report in a few sentences, each with the claims it stands on. */
import { makeStyles } from "@fluentui/react-components";

import type { Report } from "../../../../shared/schemas/sessions.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { ClaimLinks } from "./ClaimLinks.tsx";

const useStyles = makeStyles({ text: { margin: "6px 0", lineHeight: "21px" } });

interface Props {
  report: Report;
  onClaim: (claimId: string) => void;
}

export function ReportSummary({ report, onClaim }: Props) {
  const styles = useStyles();
  return (
    <Section title="Summary">
      <p className={styles.text}>
        {report.summary.map((sentence, index) => (
          <span key={index}>
            <OutsideText text={sentence.text} limit={1000} />
            <ClaimLinks ids={sentence.claim_ids} claims={report.claims} onClaim={onClaim} />{" "}
          </span>
        ))}
      </p>
    </Section>
  );
}
