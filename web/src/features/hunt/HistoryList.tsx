/** Earlier hunts of this person in this browser. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import { Section } from "../../components/Section.tsx";
import { Age } from "../../components/Time.tsx";
import { useSyncs } from "../incidents/queries.ts";
import type { PastHunt } from "./history.ts";
import { timespanWords } from "./timespans.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, maxHeight: "240px", overflowY: "auto" },
  one: {
    display: "grid",
    gridTemplateColumns: "70px 90px 90px minmax(0, 1fr)",
    gap: "10px",
    width: "100%",
    padding: "4px 0",
    border: "none",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    background: "none",
    color: tokens.colorNeutralForeground1,
    font: "inherit",
    fontSize: tokens.fontSizeBase200,
    textAlign: "left",
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      outlineOffset: "-2px",
    },
  },
  query: {
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    fontFamily: tokens.fontFamilyMonospace,
  },
  quiet: { color: tokens.colorNeutralForeground2 },
});

interface Props {
  past: readonly PastHunt[];
  onChoose: (hunt: PastHunt) => void;
  onForget: () => void;
}

export function HistoryList({ past, onChoose, onForget }: Props) {
  const styles = useStyles();
  const syncs = useSyncs().data?.syncs ?? [];
  const nameOf = (id: string | undefined): string =>
    id === undefined
      ? ""
      : `[${syncs.find(({ provider_id }) => provider_id === id)?.provider ?? id}] `;
  if (past.length === 0) return null;
  const forget = (
    <Button size="small" appearance="subtle" onClick={onForget}>
      Forget all
    </Button>
  );
  return (
    <Section title="History" aside={forget}>
      <ol className={styles.list} aria-label="History">
        {past.map((hunt) => (
          <li key={`${hunt.at}.${hunt.query}`}>
            <button
              type="button"
              className={styles.one}
              title={hunt.query.slice(0, 1000)}
              onClick={() => onChoose(hunt)}
            >
              <Age at={hunt.at} />
              <span className={styles.quiet}>{timespanWords(hunt.timespan)}</span>
              <span className={styles.quiet}>
                {hunt.rows === undefined ? "failed" : `${hunt.rows} rows`}
              </span>
              <span className={styles.query}>
                {nameOf(hunt.provider)}
                {hunt.query.replace(/\s+/g, " ")}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </Section>
  );
}
