/** Names that could stand at the caret, below it. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

import type { Completion } from "./completion.ts";
import type { Place } from "./useCompletion.ts";

const useStyles = makeStyles({
  list: {
    position: "absolute",
    zIndex: 5,
    margin: 0,
    padding: "4px 0",
    minWidth: "220px",
    listStyleType: "none",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
    fontFamily: tokens.fontFamilyMonospace,
    // The same as the editor's: `ch` in its place is the width of the editor's characters.
    fontSize: tokens.fontSizeBase300,
  },
  one: {
    display: "flex",
    justifyContent: "space-between",
    gap: "16px",
    padding: "2px 10px",
    cursor: "pointer",
  },
  chosen: {
    backgroundColor: tokens.colorBrandBackground2,
    outline: `1px solid ${tokens.colorBrandStroke1}`,
    outlineOffset: "-1px",
  },
  kind: {
    maxWidth: "320px",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
});

interface Props {
  completion: Completion;
  /** Index of the chosen candidate. */
  at: number;
  place: Place;
  onChoose: (index: number) => void;
}

export function CompletionList({ completion, at, place, onChoose }: Props) {
  const styles = useStyles();
  const where = { top: place.top, left: `calc(${place.left}px + ${place.column}ch)` };
  return (
    <div
      // No element of HTML is a list of options beside a text area.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="listbox"
      id="kql-completion"
      aria-label="Completions"
      className={styles.list}
      style={where}
    >
      {completion.candidates.map(({ text, kind, detail }, index) => (
        <div
          key={`${kind}.${text}`}
          id={`kql-completion-${index}`}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="option"
          aria-selected={index === at}
          tabIndex={-1}
          className={mergeClasses(styles.one, index === at && styles.chosen)}
          // Before the text area loses the focus, which would close the list.
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(index);
          }}
        >
          <span>{text}</span>
          <span className={styles.kind}>{detail ?? kind}</span>
        </div>
      ))}
    </div>
  );
}
