/** Scorecards side by side, one line for each name. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { Scorecard } from "../../../../shared/schemas/metrics.ts";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { lengthWords, shareWords } from "./figures.tsx";

const HEAD = [
  "Name",
  "Investigations",
  "Agreement",
  "Attacks found",
  "Undetermined",
  "People agree",
  "Time to a verdict",
];

const useStyles = makeStyles({
  empty: { color: tokens.colorNeutralForeground2 },
});

interface Props {
  title: string;
  cards: Readonly<Record<string, Scorecard>>;
  nameOf: (name: string) => string;
}

export function Cards({ title, cards, nameOf }: Props) {
  const styles = useStyles();
  const lines = Object.entries(cards).toSorted(([, a], [, b]) => b.sessions - a.sessions);
  return (
    <Section title={title}>
      {lines.length === 0 && <p className={styles.empty}>No investigation has ended yet.</p>}
      {lines.length > 0 && (
        <Table label={title} head={HEAD} amounts={[1, 6]}>
          {lines.map(([name, card]) => (
            <tr key={name}>
              <td>{nameOf(name)}</td>
              <td>{card.sessions}</td>
              <td>{shareWords(card.agreement)}</td>
              <td>{shareWords(card.recall_true_positive)}</td>
              <td>{shareWords(card.abstention)}</td>
              <td>{shareWords(card.feedback_agreement)}</td>
              <td>
                {card.time_to_verdict.state === "measured"
                  ? lengthWords(card.time_to_verdict.median_ms)
                  : "not measured"}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
