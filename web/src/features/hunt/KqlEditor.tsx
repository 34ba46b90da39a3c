/** A text area with its Kusto coloured behind it, and names completed at the caret. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useMemo, useRef } from "react";
import type { KeyboardEvent, RefObject } from "react";

import { kqlTokens } from "../../components/kqlTokens.ts";
import { madeVisible } from "../../components/outsideCharacters.ts";
import type { Vocabulary } from "./completion.ts";
import { CompletionList } from "./CompletionList.tsx";
import { LINE_PX, PAD_PX, useCompletion } from "./useCompletion.ts";

const text = {
  margin: 0,
  padding: `${PAD_PX}px`,
  border: "none",
  fontFamily: tokens.fontFamilyMonospace,
  fontSize: tokens.fontSizeBase300,
  lineHeight: `${LINE_PX}px`,
  whiteSpace: "pre",
  tabSize: 2,
  boxSizing: "border-box",
} as const;

const useStyles = makeStyles({
  root: {
    position: "relative",
    height: "220px",
    minHeight: "120px",
    resize: "vertical",
    overflow: "hidden",
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    ":focus-within": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  frame: { position: "relative" },
  behind: {
    ...text,
    position: "absolute",
    inset: 0,
    overflow: "hidden",
    color: tokens.colorNeutralForeground1,
    pointerEvents: "none",
  },
  area: {
    ...text,
    position: "absolute",
    inset: 0,
    width: "100%",
    height: "100%",
    resize: "none",
    overflow: "auto",
    outlineStyle: "none",
    backgroundColor: "transparent",
    color: "transparent",
    caretColor: tokens.colorNeutralForeground1,
    // In forced colours the text itself shows, uncoloured, and what is behind it does not.
    "@media (forced-colors: active)": { color: "CanvasText" },
  },
  comment: { color: "var(--kqlComment)" },
  string: { color: "var(--kqlString)" },
  number: { color: "var(--kqlNumber)" },
  keyword: { color: "var(--kqlKeyword)" },
  plain: {},
  forced: { "@media (forced-colors: active)": { display: "none" } },
});

interface Props {
  value: string;
  onChange: (value: string) => void;
  onCaret: (caret: number) => void;
  onRun: () => void;
  vocabulary: Vocabulary;
  areaRef: RefObject<HTMLTextAreaElement | null>;
}

export function KqlEditor({ value, onChange, onCaret, onRun, vocabulary, areaRef }: Props) {
  const styles = useStyles();
  const behind = useRef<HTMLPreElement>(null);
  const offer = useCompletion({ value, onChange, vocabulary, areaRef });

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      offer.close();
      onRun();
    } else if (offer.answersKey(event)) event.preventDefault();
  };
  return (
    <div className={styles.frame}>
      <div className={styles.root}>
        <Colours value={value} preRef={behind} />
        <textarea
          ref={areaRef}
          className={styles.area}
          aria-label="Query"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          {...offer.attributes}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          value={value}
          placeholder="SigninLogs | where TimeGenerated > ago(1d) | take 10"
          onChange={({ target }) => {
            onChange(target.value);
            offer.offerAt(target);
          }}
          onSelect={({ currentTarget }) => onCaret(currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onScroll={({ currentTarget: { scrollLeft, scrollTop } }) => {
            behind.current?.scrollTo(scrollLeft, scrollTop);
            offer.close();
          }}
          onBlur={offer.close}
        />
      </div>
      {offer.open !== undefined && (
        <CompletionList {...offer.open} at={offer.at} onChoose={offer.choose} />
      )}
      {madeVisible(value) !== value && (
        <output>The text holds characters that do not show: {hiddenWords(value)}</output>
      )}
    </div>
  );
}

/** The same text behind the text area, coloured; it scrolls along. */
function Colours({ value, preRef }: { value: string; preRef: RefObject<HTMLPreElement | null> }) {
  const styles = useStyles();
  const pieces = useMemo(() => kqlTokens(value), [value]);
  return (
    <pre ref={preRef} aria-hidden className={`${styles.behind} ${styles.forced}`}>
      {pieces.map((piece, index) => (
        <span key={index} className={styles[piece.kind]}>
          {piece.text}
        </span>
      ))}
      {/* The last, empty line has a height too. */}
      {"\n "}
    </pre>
  );
}

const hiddenWords = (value: string): string =>
  [...new Set(madeVisible(value).match(/\[U\+[0-9A-F]+\]/g))].join(" ");
