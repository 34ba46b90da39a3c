/** Shows text from outside as text: no HTML, no links, hidden characters named, long values cut. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";

import { partsOf } from "./outsideCharacters.ts";

const useStyles = makeStyles({
  hidden: {
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusSmall,
    backgroundColor: tokens.colorNeutralBackground4,
    color: tokens.colorNeutralForeground1,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: "0.85em",
    padding: "0 2px",
    margin: "0 1px",
  },
  all: {
    border: "none",
    background: "none",
    padding: "0 4px",
    font: "inherit",
    color: tokens.colorBrandForegroundLink,
    cursor: "pointer",
    textDecorationLine: "underline",
  },
});

interface Props {
  text: string;
  /** Characters before the value is cut; a button then shows all of it. */
  limit?: number;
}

export function OutsideText({ text, limit = 400 }: Props) {
  const styles = useStyles();
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > limit;
  const shown = isCut ? text.slice(0, limit) : text;
  return (
    // The isolate keeps a right-to-left value from reordering what stands beside it.
    <bdi>
      {partsOf(shown).map((part, index) =>
        part.hidden ? (
          <span key={index} className={styles.hidden} title="A character that does not show">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
      {isCut && (
        <button type="button" className={styles.all} onClick={() => setWhole(true)}>
          … show all {text.length} characters
        </button>
      )}
    </bdi>
  );
}
