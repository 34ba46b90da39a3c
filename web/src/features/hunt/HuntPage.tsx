/** Hunt: a query is written with help, run, and its rows are looked at; the address holds the last one that ran. */
import { Button, makeStyles, Select, Spinner, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { useApi } from "../../api/context.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { useSettled } from "../../components/useSettled.ts";
import { useTitle } from "../../components/useTitle.ts";
import { useMay, useMe } from "../signIn/me.ts";
import { Findings } from "./Findings.tsx";
import { HistoryList } from "./HistoryList.tsx";
import { useHistory } from "./history.ts";
import { HuntResultView } from "./HuntResultView.tsx";
import { KqlEditor } from "./KqlEditor.tsx";
import { analysisOptions, useRunHunt } from "./queries.ts";
import type { Hunt } from "./queries.ts";
import { TIMESPANS } from "./timespans.ts";
import { useDraft } from "./useDraft.ts";
import { useVocabulary } from "./useVocabulary.ts";

const useStyles = makeStyles({
  root: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    minHeight: "100%",
    boxSizing: "border-box",
    padding: `10px ${tokens.spacingHorizontalL} 24px`,
  },
  top: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalM },
  title: { fontSize: tokens.fontSizeBase500, fontWeight: tokens.fontWeightSemibold, margin: 0 },
  end: { marginLeft: "auto", display: "flex", gap: tokens.spacingHorizontalS },
});

/** Typing stops for this long before the text is checked. */
const CHECK_AFTER_MS = 300;

interface Props {
  /** Of the address; absent when nothing ran yet. */
  query: string | undefined;
  timespan: string;
  onHunt: (hunt: Hunt) => void;
}

export function HuntPage(props: Props) {
  useTitle("Hunt");
  if (useMay("hunting:run")) return <Workbench {...props} />;
  return (
    <Notice title="Hunting takes the role analyst or admin">Ask an administrator for it.</Notice>
  );
}

function Workbench({ query = "", timespan, onHunt }: Props) {
  const styles = useStyles();
  const me = useMe();
  const [text, write] = useDraft(me.id, query);
  const [caret, setCaret] = useState(0);
  const area = useRef<HTMLTextAreaElement>(null);
  const history = useHistory(me.id);
  const run = useRunHunt();
  const settled = useSettled(text, CHECK_AFTER_MS);
  const analysis = useQuery(analysisOptions(useApi(), settled));
  const vocabulary = useVocabulary(settled, useSettled(caret, CHECK_AFTER_MS), analysis.data);

  const hunt = () => {
    if (text.trim() === "" || run.isPending) return;
    const asked = { query: text, timespan };
    const at = new Date().toISOString();
    run.mutate(asked, {
      onSuccess: ({ rows }) => history.remember({ ...asked, at, rows: rows.length }),
      onError: () => history.remember({ ...asked, at }),
    });
    onHunt(asked);
  };
  return (
    <div className={styles.root}>
      <Top
        timespan={timespan}
        onTimespan={(next) => onHunt({ query, timespan: next })}
        isRunning={run.isPending}
        isEmpty={text.trim() === ""}
        onRun={hunt}
      />
      <KqlEditor
        value={text}
        onChange={write}
        onCaret={setCaret}
        onRun={hunt}
        vocabulary={vocabulary}
        areaRef={area}
      />
      <Findings
        isEmpty={text.trim() === ""}
        isChecking={analysis.isFetching || settled !== text}
        isFailed={analysis.isError}
        analysis={analysis.data}
        onPlace={(line, column) => placeCaret(area.current, text, line, column)}
      />
      {run.isError && <Failure error={run.error} onRetry={hunt} />}
      {run.isSuccess && <HuntResultView result={run.data} />}
      <HistoryList
        past={history.past}
        onChoose={(past) => write(past.query)}
        onForget={history.forget}
      />
    </div>
  );
}

interface TopProps {
  timespan: string;
  onTimespan: (timespan: string) => void;
  isRunning: boolean;
  isEmpty: boolean;
  onRun: () => void;
}

function Top({ timespan, onTimespan, isRunning, isEmpty, onRun }: TopProps) {
  const styles = useStyles();
  return (
    <div className={styles.top}>
      <h1 className={styles.title}>Hunt</h1>
      <div className={styles.end}>
        <Select
          size="small"
          aria-label="Time range"
          value={timespan}
          onChange={(_, { value }) => onTimespan(value)}
        >
          {TIMESPANS.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
        <Button
          size="small"
          appearance="primary"
          disabled={isRunning || isEmpty}
          title="Ctrl+Enter"
          onClick={onRun}
        >
          {isRunning ? <Spinner size="extra-tiny" label="Running" /> : "Run"}
        </Button>
      </div>
    </div>
  );
}

function placeCaret(area: HTMLTextAreaElement | null, text: string, line: number, column: number) {
  const before = text.split("\n").slice(0, line - 1);
  const at = before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  area?.focus();
  area?.setSelectionRange(at, at);
}
