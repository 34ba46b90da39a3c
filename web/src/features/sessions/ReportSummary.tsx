/** The report in a few sentences, the judgement first, each with the claims it stands on. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

import type { Report } from "../../../../shared/schemas/sessions.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { ClaimLinks } from "./ClaimLinks.tsx";

const useStyles = makeStyles({
  lead: { margin: "6px 0", lineHeight: "22px", fontSize: tokens.fontSizeBase300 },
  answer: { fontWeight: tokens.fontWeightSemibold },
  list: { margin: "6px 0", paddingLeft: "18px", lineHeight: "21px" },
});

interface Props {
  report: Report;
  onClaim: (claimId: string) => void;
}

export function ReportSummary({ report, onClaim }: Props) {
  const styles = useStyles();
  // The answer to the person's own question, where it has one, and then the judgement.
  const { condition, summary } = report;
  const isAnswered = condition !== undefined && summary[0]?.text === condition.text;
  const leads = summary.slice(0, isAnswered ? 2 : 1);
  const rest = summary.slice(leads.length);
  const sentence = ({ text, claim_ids: ids }: Report["summary"][number]) => (
    <>
      <OutsideText text={text} limit={1000} />
      <ClaimLinks ids={ids} claims={report.claims} onClaim={onClaim} />
    </>
  );
  return (
    <Section title="Summary">
      {condition !== undefined && !isAnswered && (
        <p className={styles.lead}>
          <OutsideText text={condition.text} limit={1000} />
        </p>
      )}
      {leads.map((lead, index) => (
        <p
          key={index}
          className={mergeClasses(styles.lead, isAnswered && index === 0 && styles.answer)}
        >
          {sentence(lead)}
        </p>
      ))}
      {rest.length > 0 && (
        <ul className={styles.list}>
          {rest.map((each, index) => (
            <li key={index}>{sentence(each)}</li>
          ))}
        </ul>
      )}
    </Section>
  );
}
