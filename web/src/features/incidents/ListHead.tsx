/** Names of the queue's columns; two of them sort, and the first selects all that is loaded. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowDown12Regular } from "@fluentui/react-icons/svg/arrow-down";
import { ArrowUp12Regular } from "@fluentui/react-icons/svg/arrow-up";

import { SORTS } from "./filters.ts";
import type { QueueFilters } from "./filters.ts";
import type { Selection } from "./useSelection.ts";

const useStyles = makeStyles({
  root: {
    minHeight: "30px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    // As wide as the rows, which leave room for their scroll bar.
    overflowY: "auto",
    scrollbarGutter: "stable",
  },
  all: { width: "16px", height: "16px", margin: "0 0 0 14px" },
  sort: {
    display: "inline-flex",
    alignItems: "center",
    gap: "2px",
    padding: "2px 0",
    border: "none",
    background: "none",
    font: "inherit",
    color: "inherit",
    cursor: "pointer",
    ":hover": { color: tokens.colorNeutralForeground1 },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  end: { textAlign: "right" },
});

export interface SortProps {
  sort: QueueFilters["sort"];
  onSort: (sort: QueueFilters["sort"]) => void;
}

interface Props extends SortProps {
  className: string;
  selection: Selection | undefined;
}

export function ListHead({ className, sort, onSort, selection }: Props) {
  const styles = useStyles();
  return (
    <div className={mergeClasses(styles.root, className)}>
      {selection === undefined ? (
        <span />
      ) : (
        <input
          type="checkbox"
          className={styles.all}
          aria-label="Select all loaded, at most 100"
          checked={selection.chosen.size > 0}
          onChange={selection.toggleAll}
        />
      )}
      <span>Severity</span>
      <span>Status</span>
      <span>
        <Sort field="number" word="Incident" sort={sort} onSort={onSort} />
      </span>
      <span>Assigned to</span>
      <span className={styles.end}>
        <Sort field="last_modified_at" word="Changed" sort={sort} onSort={onSort} />
      </span>
    </div>
  );
}

interface OneProps extends SortProps {
  field: "number" | "last_modified_at";
  word: string;
}

/** Pressed again it turns the order around. */
function Sort({ field, word, sort, onSort }: OneProps) {
  const styles = useStyles();
  const now = sort ?? SORTS[0].value;
  const isDown = now === `-${field}`;
  const isUp = now === field;
  return (
    <button
      type="button"
      className={styles.sort}
      aria-label={`Order by ${word.toLowerCase()}${isDown ? ", descending now" : ""}${isUp ? ", ascending now" : ""}`}
      onClick={() => onSort(isDown ? field : `-${field}`)}
    >
      {word}
      {isDown && <ArrowDown12Regular aria-hidden />}
      {isUp && <ArrowUp12Regular aria-hidden />}
    </button>
  );
}
