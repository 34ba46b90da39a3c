/** A query as it was sent, coloured, with a copy of the exact text. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Copy16Regular } from "@fluentui/react-icons/svg/copy";
import { useMemo, useState } from "react";

import { kqlTokens } from "./kqlTokens.ts";
import { OutsideText } from "./OutsideText.tsx";

const useStyles = makeStyles({
  root: { position: "relative" },
  code: {
    margin: 0,
    padding: "8px 40px 8px 10px",
    maxHeight: "320px",
    overflow: "auto",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
    color: tokens.colorNeutralForeground1,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: "18px",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  copy: { position: "absolute", top: "4px", right: "4px" },
  comment: { color: "var(--kqlComment)" },
  string: { color: "var(--kqlString)" },
  number: { color: "var(--kqlNumber)" },
  keyword: { color: "var(--kqlKeyword)" },
  plain: {},
});

export function Kql({ text }: { text: string }) {
  const styles = useStyles();
  const [isCopied, setCopied] = useState(false);
  const pieces = useMemo(() => kqlTokens(text), [text]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div className={styles.root}>
      {/* A long query scrolls: the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={styles.code} tabIndex={0} aria-label="KQL">
        {pieces.map((piece, index) => (
          <span key={index} className={styles[piece.kind]}>
            <OutsideText text={piece.text} limit={5000} />
          </span>
        ))}
      </pre>
      <Button
        className={styles.copy}
        size="small"
        appearance="subtle"
        icon={<Copy16Regular />}
        aria-label={isCopied ? "KQL copied" : "Copy the KQL"}
        title={isCopied ? "Copied" : "Copy the KQL"}
        onClick={copy}
      />
    </div>
  );
}
