/** The rows of a hunt with what is known of them: how many, how long, whether they are all. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";

import { CopyText } from "../../components/CopyText.tsx";
import { download } from "../../components/download.ts";
import { Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import type { HuntResult } from "./queries.ts";
import { ResultTable } from "./ResultTable.tsx";
import { cellText, csvOf } from "./resultText.ts";

const useStyles = makeStyles({
  root: { display: "flex", flexDirection: "column", gap: "6px", height: "420px" },
  line: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "4px 14px",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  warning: { color: "var(--severityMedium)", fontWeight: tokens.fontWeightSemibold },
  end: { marginLeft: "auto", display: "flex", gap: "6px" },
  row: { maxHeight: "160px", overflowY: "auto" },
});

export function HuntResultView({ result }: { result: HuntResult }) {
  const styles = useStyles();
  const [row, setRow] = useState<{ json: string; of: HuntResult }>();
  const { rows, truncated, statistics } = result;
  const copy = () => void navigator.clipboard.writeText(tabbed(result)).catch(() => {});
  const save = () => {
    const time = new Date().toISOString().replaceAll(":", "").slice(0, 15);
    download(new Blob([csvOf(result)], { type: "text/csv;charset=utf-8" }), `hunt-${time}Z.csv`);
  };
  return (
    <section className={styles.root} aria-label="Result of the hunt">
      <div className={styles.line}>
        <output>
          {rows.length} {rows.length === 1 ? "row" : "rows"} in {Math.round(statistics.duration_ms)}{" "}
          ms
        </output>
        {truncated && (
          <span className={styles.warning}>More rows matched than are here: narrow the query.</span>
        )}
        {statistics.partial_error !== undefined && (
          <span className={styles.warning}>
            Partial: <OutsideText text={statistics.partial_error} />
          </span>
        )}
        {rows.length > 0 && (
          <span className={styles.end}>
            <Button size="small" onClick={copy}>
              Copy table
            </Button>
            <Button size="small" onClick={save}>
              Save CSV
            </Button>
          </span>
        )}
      </div>
      {rows.length === 0 ? (
        <Notice title="No row matched">Look further back, or loosen the conditions.</Notice>
      ) : (
        <ResultTable result={result} onPick={(json) => setRow({ json, of: result })} />
      )}
      {row?.of === result && (
        <div className={styles.row}>
          <CopyText text={row.json} what="the row" />
        </div>
      )}
    </section>
  );
}

/** Tab-separated, as spreadsheets paste it. */
const tabbed = ({ columns, rows }: HuntResult): string =>
  [columns.map(({ name }) => name), ...rows.map((row) => row.map(cellText))]
    .map((line) => line.map((text) => text.replaceAll(/[\t\r\n]/g, " ")).join("\t"))
    .join("\n");
