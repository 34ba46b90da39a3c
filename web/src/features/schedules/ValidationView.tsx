/** What the server says of a question while it is typed: how specific it is, what it lacks, what a run would ask. */
import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

import type {
  QuestionRun,
  ValidateScheduleReply,
} from "../../../../shared/schemas/scheduleValidation.ts";
import { OutsideText } from "../../components/OutsideText.tsx";

const useStyles = makeStyles({
  root: {
    padding: "10px 12px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  head: { margin: 0, fontWeight: tokens.fontWeightSemibold },
  good: { color: "var(--good)" },
  bad: { color: "var(--severityHigh)" },
  quiet: { color: tokens.colorNeutralForeground2 },
  list: { margin: "6px 0", paddingLeft: "18px", "& li": { marginBottom: "6px" } },
  suggestion: { display: "block", color: tokens.colorNeutralForeground2 },
  kql: {
    margin: "4px 0",
    padding: "6px",
    overflowX: "auto",
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    backgroundColor: tokens.colorNeutralBackground3,
  },
});

const SIGN = { error: "✕ ", warning: "▲ " } as const;
const SIGN_WORD = { error: "Needed: ", warning: "Worth a look: " } as const;

interface Props {
  reply: ValidateScheduleReply;
  query: string;
  onRewrite: (query: string) => void;
  /** Has each question run once; `undefined` when that was done. */
  onTry: (() => void) | undefined;
}

export function ValidationView({ reply, query, onRewrite, onTry }: Props) {
  const styles = useStyles();
  const { valid, score, issues, rewritten, model_rewrite: better, plan } = reply;
  return (
    <section className={styles.root} aria-label="What the question would do">
      <p className={styles.head}>
        <span className={valid ? styles.good : styles.bad}>
          {valid ? "✓ Specific enough to repeat" : "✕ Not specific enough to repeat"}
        </span>{" "}
        <span className={styles.quiet}>{Math.round(score * 100)} of 100</span>
      </p>
      {reply.condition !== null && (
        <p className={styles.quiet}>
          Each run says yes or no: <OutsideText text={reply.condition} />
        </p>
      )}
      {issues.length > 0 && (
        <ul className={styles.list} aria-label="What to improve">
          {issues.map(({ code, severity, message, suggestion }) => (
            <li key={`${code} ${message}`}>
              <span className={mergeClasses(severity === "error" && styles.bad)}>
                <span aria-hidden>{SIGN[severity]}</span>
                {SIGN_WORD[severity]}
              </span>
              <OutsideText text={message} />
              <span className={styles.suggestion}>
                <OutsideText text={suggestion} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {rewritten !== query.trim() && (
        <Button size="small" onClick={() => onRewrite(rewritten)}>
          Use the rewritten question
        </Button>
      )}
      {better !== null && (
        <p className={styles.quiet}>
          {better.model} suggests: <OutsideText text={better.query} /> (
          {Math.round(better.score * 100)} of 100){" "}
          <Button size="small" onClick={() => onRewrite(better.query)}>
            Use the model's question
          </Button>
        </p>
      )}
      <Plan reply={reply} />
      {onTry !== undefined && plan.length > 0 && (
        <Button size="small" onClick={onTry}>
          Try it once
        </Button>
      )}
    </section>
  );
}

function Plan({ reply: { plan, dry_run: run } }: Pick<Props, "reply">) {
  const styles = useStyles();
  if (plan.length === 0) return null;
  const rows = run?.rows == null ? "" : `, over ${run.rows.toLocaleString("en")} rows`;
  return (
    <details>
      <summary>
        {plan.length} {plan.length === 1 ? "question" : "questions"} to the workspace{rows}
      </summary>
      <ul className={styles.list}>
        {plan.map(({ question, tables, kql, is_certain, compiles, problem, dry_run }) => (
          <li key={kql}>
            {question}{" "}
            <span className={styles.quiet}>
              {tables.join(", ")}
              {!is_certain && " · if earlier answers name what it needs"}
            </span>
            {!compiles && (
              <span className={styles.bad}>
                {" "}
                ✕ <OutsideText text={problem ?? ""} />
              </span>
            )}
            {dry_run !== null && (
              <span className={styles.suggestion}>
                <OutsideText text={wordsOf(dry_run)} />
              </span>
            )}
            <details>
              <summary>KQL</summary>
              {/* Keyboard users scroll a long line by focusing it. */}
              {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
              <pre className={styles.kql} tabIndex={0}>
                <OutsideText text={kql} />
              </pre>
            </details>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What a question gave when it was tried. */
function wordsOf({ state, rows, duration_ms, empty_tables, reason }: QuestionRun): string {
  if (state === "not_run") return `Not tried: ${reason ?? ""}`;
  if (state !== "answered") return `No answer: ${reason ?? ""}`;
  const count = `${(rows ?? 0).toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`;
  const took = duration_ms === null ? "" : ` in ${Math.round(duration_ms)} ms`;
  const empty = empty_tables.length === 0 ? "" : `; no rows at all in ${empty_tables.join(", ")}`;
  return `Now: ${count}${took}${empty}.`;
}
