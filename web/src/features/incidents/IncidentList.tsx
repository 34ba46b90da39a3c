/** The rows of the queue, only those in view mounted; j and k walk, Enter opens. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useElementScrollRestoration } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { useKeys } from "../../components/useKeys.ts";
import { COLUMNS, IncidentRow } from "./IncidentRow.tsx";
import type { Selection } from "./useSelection.ts";

const ROW_PX = 52;
const SCROLL_ID = "incidents";

const useStyles = makeStyles({
  head: {
    display: "grid",
    gridTemplateColumns: COLUMNS,
    gap: tokens.spacingHorizontalM,
    padding: `4px ${tokens.spacingHorizontalL}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
  },
  age: { textAlign: "right" },
  scroll: { flex: 1, minHeight: 0, overflowY: "auto", overflowAnchor: "none" },
  list: { position: "relative", listStyleType: "none", margin: 0, padding: 0 },
  row: { position: "absolute", top: 0, left: 0, right: 0, height: `${ROW_PX}px` },
});

interface Props {
  rows: readonly IncidentSummary[];
  /** All matches, counted by the server; more may follow those loaded. */
  total: number | undefined;
  hasMore: boolean;
  loadMore: () => void;
  /** Undefined for readers who may not change incidents. */
  selection: Selection | undefined;
}

export function IncidentList({ rows, total, hasMore, loadMore, selection }: Props) {
  const styles = useStyles();
  const scroll = useRef<HTMLDivElement>(null);
  // Back from an incident leads to the row it was opened from.
  const left = useElementScrollRestoration({ id: SCROLL_ID });
  // The React Compiler, which this build does not use, could not memoize this component.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
    ...(left === undefined ? {} : { initialOffset: left.scrollY }),
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && lastShown >= rows.length - 20) loadMore();
  }, [hasMore, lastShown, loadMore, rows.length]);
  useWalk(rows, (index) => virtual.scrollToIndex(index), selection);

  return (
    <>
      <div className={styles.head} aria-hidden>
        <span />
        <span>Severity</span>
        <span>Status</span>
        <span>Incident</span>
        <span>Assigned to</span>
        <span className={styles.age}>Changed</span>
      </div>
      <div
        ref={scroll}
        className={styles.scroll}
        tabIndex={-1}
        data-scroll-restoration-id={SCROLL_ID}
      >
        <ul
          className={styles.list}
          style={{ height: virtual.getTotalSize() }}
          aria-label="Incidents"
        >
          {items.map((item) => {
            const incident = rows[item.index];
            if (incident === undefined) return null;
            return (
              <li
                key={item.key}
                className={styles.row}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-posinset={item.index + 1}
                aria-setsize={total ?? (hasMore ? -1 : rows.length)}
              >
                <IncidentRow incident={incident} selection={selection} />
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

/** Number of the incident whose row has the focus; NaN when none has. */
const focusedNumber = (): number =>
  Number(document.activeElement?.getAttribute("data-row") ?? Number.NaN);

/** j and k move the focus from row to row, x selects the focused one; the focused link answers Enter by itself. */
function useWalk(
  rows: readonly IncidentSummary[],
  scrollTo: (index: number) => void,
  selection: Selection | undefined,
): void {
  const walk = (by: 1 | -1) => {
    const focused = focusedNumber();
    const at = rows.findIndex((row) => row.number === focused);
    const next = at === -1 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1);
    const row = rows[next];
    if (row === undefined) return;
    scrollTo(next);
    // The row may only be mounted by the scroll.
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-row="${row.number}"]`)?.focus(),
    );
  };
  const select = () => {
    const row = rows.find(({ number }) => number === focusedNumber());
    if (row !== undefined) selection?.toggle(row.number);
  };
  useKeys({ j: () => walk(1), k: () => walk(-1), x: select });
}
