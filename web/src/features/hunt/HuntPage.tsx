/** Hunt: a query is written with help, run, and its rows are looked at; the address holds the last one that ran. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { useSettled } from "../../components/useSettled.ts";
import { useTitle } from "../../components/useTitle.ts";
import { Forbidden } from "../signIn/Forbidden.tsx";
import { useMay, useMe } from "../signIn/me.ts";
import { Findings } from "./Findings.tsx";
import { HistoryList } from "./HistoryList.tsx";
import { useHistory } from "./history.ts";
import { HuntResultView } from "./HuntResultView.tsx";
import { HuntTop } from "./HuntTop.tsx";
import { KqlEditor } from "./KqlEditor.tsx";
import { analysisOptions, useRunHunt } from "./queries.ts";
import type { Hunt } from "./queries.ts";
import { isUsable } from "./timespans.ts";
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
});

/** Typing stops for this long before the text is checked. */
const CHECK_AFTER_MS = 300;

interface Props {
  /** Of the address; absent when nothing ran yet. */
  query: string | undefined;
  timespan: string;
  /** An id; undefined for the default provider. */
  provider: string | undefined;
  onHunt: (hunt: Hunt) => void;
}

export function HuntPage(props: Props) {
  useTitle("Hunt");
  if (useMay("hunting:run")) return <Workbench {...props} />;
  return <Forbidden what="Hunting" needs="analyst" />;
}

function Workbench({ query = "", timespan, provider, onHunt }: Props) {
  const styles = useStyles();
  const me = useMe();
  const [text, write] = useDraft(me.id, query);
  const [caret, setCaret] = useSettledCaret();
  const area = useRef<HTMLTextAreaElement>(null);
  const history = useHistory(me.id);
  const run = useRunHunt();
  const settled = useSettled(text, CHECK_AFTER_MS);
  const analysis = useQuery(analysisOptions(useApi(), settled, provider));
  const vocabulary = useVocabulary(settled, caret, analysis.data, provider);

  const hunt = () => {
    if (text.trim() === "" || run.isPending || !isUsable(timespan)) return;
    const asked = { query: text, timespan, provider };
    const at = new Date().toISOString();
    run.mutate(asked, {
      onSuccess: ({ rows }) => history.remember({ ...asked, at, rows: rows.length }),
      onError: () => history.remember({ ...asked, at }),
    });
    onHunt(asked);
  };
  return (
    <div className={styles.root}>
      <HuntTop
        timespan={timespan}
        onTimespan={(next) => onHunt({ query, timespan: next, provider })}
        provider={provider}
        onProvider={(next) => onHunt({ query, timespan, provider: next })}
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
        onChoose={(past) => {
          write(past.query);
          onHunt({ query, timespan: past.timespan, provider: past.provider });
        }}
        onForget={history.forget}
      />
    </div>
  );
}

/** Where the caret last rested. */
function useSettledCaret(): [number, (caret: number) => void] {
  const [caret, setCaret] = useState(0);
  return [useSettled(caret, CHECK_AFTER_MS), setCaret];
}

function placeCaret(area: HTMLTextAreaElement | null, text: string, line: number, column: number) {
  const before = text.split("\n").slice(0, line - 1);
  const at = before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  area?.focus();
  area?.setSelectionRange(at, at);
}
