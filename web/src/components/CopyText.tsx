/** A command or an id in a mono face, with a copy of the exact text. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Checkmark16Regular } from "@fluentui/react-icons/svg/checkmark";
import { Copy16Regular } from "@fluentui/react-icons/svg/copy";
import { useState } from "react";

import { OutsideText } from "./OutsideText.tsx";

const useStyles = makeStyles({
  root: { display: "flex", alignItems: "flex-start", gap: "4px" },
  code: {
    flex: 1,
    minWidth: 0,
    padding: "4px 8px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
});

/** `what` completes "Copy …" for people who hear the button. */
export function CopyText({ text, what }: { text: string; what: string }) {
  const styles = useStyles();
  const [isDone, setDone] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setDone(true),
      () => setDone(false),
    );
  };
  return (
    <div className={styles.root}>
      <code className={styles.code}>
        <OutsideText text={text} limit={2000} />
      </code>
      <Button
        size="small"
        appearance="subtle"
        icon={isDone ? <Checkmark16Regular /> : <Copy16Regular />}
        aria-label={isDone ? `Copied ${what}` : `Copy ${what}`}
        title={isDone ? "Copied" : `Copy ${what}`}
        onClick={copy}
        onBlur={() => setDone(false)}
      />
    </div>
  );
}
