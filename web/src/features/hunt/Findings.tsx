/** What the analyser and the policy say about the text, each leading to its place. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { KqlAnalysis } from "../../../../shared/schemas/kql.ts";
import { OutsideText } from "../../components/OutsideText.tsx";

const useStyles = makeStyles({
  root: { minHeight: "26px", fontSize: tokens.fontSizeBase200 },
  quiet: { color: tokens.colorNeutralForeground2 },
  good: { color: "var(--good)" },
  list: {
    listStyleType: "none",
    margin: "4px 0",
    padding: 0,
    maxHeight: "120px",
    overflowY: "auto",
  },
  one: {
    display: "flex",
    gap: "8px",
    width: "100%",
    padding: "2px 0",
    border: "none",
    background: "none",
    color: tokens.colorNeutralForeground1,
    font: "inherit",
    textAlign: "left",
    cursor: "pointer",
    ":hover": { textDecorationLine: "underline" },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  error: { color: "var(--severityHigh)", fontWeight: tokens.fontWeightSemibold },
  warning: { color: "var(--severityMedium)", fontWeight: tokens.fontWeightSemibold },
  information: { color: tokens.colorNeutralForeground2 },
  place: { color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" },
});

interface Finding {
  severity: "error" | "warning" | "information";
  word: string;
  message: string;
  suggestion?: string | undefined;
  line: number;
  column: number;
}

const WORD = { error: "Error", warning: "Warning", information: "Note" } as const;

function findingsOf({ diagnostics, policy }: KqlAnalysis): Finding[] {
  const refused = policy.map((finding): Finding => ({
    ...finding,
    severity: "error",
    word: "Not allowed",
  }));
  return [...diagnostics.map((one): Finding => ({ ...one, word: WORD[one.severity] })), ...refused];
}

interface Props {
  isEmpty: boolean;
  isChecking: boolean;
  isFailed: boolean;
  analysis: KqlAnalysis | undefined;
  /** Line and column from 1. */
  onPlace: (line: number, column: number) => void;
}

export function Findings({ isEmpty, isChecking, isFailed, analysis, onPlace }: Props) {
  const styles = useStyles();
  if (isEmpty)
    return (
      <p className={`${styles.root} ${styles.quiet}`}>
        Ctrl+Enter runs the query, Ctrl+Space completes names.
      </p>
    );
  if (isFailed) {
    return (
      <p className={`${styles.root} ${styles.quiet}`}>
        The text could not be checked just now. Running it checks it again.
      </p>
    );
  }
  if (analysis === undefined) return <p className={`${styles.root} ${styles.quiet}`}>Checking…</p>;
  const findings = findingsOf(analysis);
  return (
    <section className={styles.root} aria-label="Findings" aria-busy={isChecking}>
      {findings.length === 0 && (
        <span className={styles.good}>✓ The query is understood and allowed.</span>
      )}
      <ul className={styles.list}>
        {findings.map((finding) => (
          <li key={`${finding.line}.${finding.column}.${finding.message}`}>
            <button
              type="button"
              className={styles.one}
              onClick={() => onPlace(finding.line, finding.column)}
            >
              <span className={styles[finding.severity]}>{finding.word}</span>
              <span className={styles.place}>
                {finding.line}:{finding.column}
              </span>
              <span>
                <OutsideText text={finding.message} />
                {finding.suggestion !== undefined && (
                  <>
                    {" "}
                    Did you mean <b>{finding.suggestion}</b>?
                  </>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
