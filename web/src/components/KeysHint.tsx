/** Names the shortcuts of a page, and switches them off for those whose tools use the same keys. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";

import { areKeysOn, setKeysOn } from "./useKeys.ts";

const useStyles = makeStyles({
  root: {
    border: "none",
    background: "none",
    padding: "0 4px",
    font: "inherit",
    color: tokens.colorNeutralForeground2,
    cursor: "pointer",
    ":hover": { textDecorationLine: "underline" },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
});

/** `keys`: what they do, in words. */
export function KeysHint({ keys }: { keys: string }) {
  const styles = useStyles();
  const [isOn, setOn] = useState(areKeysOn);
  const toggle = () => {
    setKeysOn(!isOn);
    setOn(!isOn);
  };
  return (
    <button
      type="button"
      className={styles.root}
      aria-pressed={isOn}
      title={isOn ? "Switch the shortcuts off" : "Switch the shortcuts on"}
      onClick={toggle}
    >
      {isOn ? `Keys: ${keys}` : "Keys are off"}
    </button>
  );
}
