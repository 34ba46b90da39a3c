/** What was taken out of the report besides its claims, struck and with the reason: nothing disappears unseen. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { Report } from "../../../../shared/schemas/sessions.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Tag } from "../../components/Tag.tsx";
import { plainWords } from "../../components/words.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: "6px 0", padding: 0 },
  reason: {
    display: "block",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
});

export function StruckParts({ report: { struck = [] } }: { report: Report }) {
  const styles = useStyles();
  if (struck.length === 0) return null;
  return (
    <Section title="Struck from the report" aside={struck.length}>
      <ul className={styles.list}>
        {struck.map(({ part, text, reason }, index) => (
          <li key={index}>
            <Tag>{plainWords(part)}</Tag>{" "}
            <s>
              <OutsideText text={text} limit={300} />
            </s>
            <span className={styles.reason}>
              <OutsideText text={reason} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
