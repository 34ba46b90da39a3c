/** How the last deed on incidents went: what changed, with undo; what failed, one by one. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { CheckmarkCircle16Regular } from "@fluentui/react-icons/svg/checkmark-circle";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import { useState } from "react";

import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import type { ItemResult } from "./bulk.ts";
import type { Acts, Outcome } from "./useActs.ts";

const useStyles = makeStyles({
  line: { display: "flex", alignItems: "center", gap: "8px" },
  good: { color: "var(--good)", flexShrink: 0 },
  words: { flex: 1 },
  list: {
    listStyleType: "none",
    margin: 0,
    padding: "4px 0 0",
    maxHeight: "220px",
    overflowY: "auto",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  one: {
    display: "grid",
    gridTemplateColumns: "70px 90px minmax(200px, 520px)",
    gap: "8px",
    padding: "3px 0",
  },
  number: { fontVariantNumeric: "tabular-nums" },
  failed: { color: "var(--severityHigh)", fontWeight: tokens.fontWeightSemibold },
});

export function ActOutcome({ acts }: { acts: Acts }) {
  const styles = useStyles();
  const [isWhole, setWhole] = useState(false);
  const { outcome, error } = acts;
  if (error !== null && error !== undefined) return <Failure error={error} />;
  if (outcome === undefined) return null;
  const results = outcome.kind === "changed" ? outcome.results : [];
  return (
    <div>
      <div className={styles.line}>
        <CheckmarkCircle16Regular aria-hidden className={styles.good} />
        <output className={styles.words}>{wordsOf(outcome)}</output>
        {results.length > 1 && (
          <Button size="small" appearance="subtle" onClick={() => setWhole(!isWhole)}>
            {isWhole ? "Hide results" : "Each result"}
          </Button>
        )}
        {outcome.kind === "changed" && outcome.undo.length > 0 && (
          <Button size="small" disabled={acts.isBusy} onClick={acts.undo}>
            Undo
          </Button>
        )}
        <Button
          size="small"
          appearance="subtle"
          icon={<Dismiss16Regular />}
          aria-label="Put this away"
          onClick={acts.dismiss}
        />
      </div>
      <Results results={isWhole ? results : results.filter(({ result }) => result === "failed")} />
    </div>
  );
}

function Results({ results }: { results: readonly ItemResult[] }) {
  const styles = useStyles();
  if (results.length === 0) return null;
  return (
    // Many results scroll: the keyboard must reach them.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <ul className={styles.list} aria-label="Result of each incident" tabIndex={0}>
      {results.map(({ incident, result, detail }) => (
        <li key={incident.id} className={styles.one}>
          <span className={styles.number}>#{incident.number}</span>
          <span className={result === "failed" ? styles.failed : ""}>{result}</span>
          <OutsideText text={detail ?? incident.title} limit={120} />
        </li>
      ))}
    </ul>
  );
}

function wordsOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case "changed": {
      const count = (result: ItemResult["result"]) =>
        outcome.results.filter((one) => one.result === result).length;
      const failed = count("failed");
      const tail = failed === 0 ? "" : `, ${failed} failed`;
      return `${count("changed")} changed, ${count("unchanged")} unchanged${tail}`;
    }
    case "undone":
      return `Undone on ${outcome.count}`;
    case "enriched":
      return `#${outcome.number} enriched`;
    default:
      return outcome satisfies never;
  }
}
