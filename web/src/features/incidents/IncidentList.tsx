/** The rows of the queue, only those in view mounted. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useElementScrollRestoration } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useImperativeHandle, useRef } from "react";
import type { RefObject } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { useMay } from "../signIn/me.ts";
import { COLUMNS, IncidentRow } from "./IncidentRow.tsx";
import { ListHead } from "./ListHead.tsx";
import type { SortProps } from "./ListHead.tsx";
import { useProviderParam } from "./queries.ts";
import { useSeen } from "./seen.ts";
import type { Selection } from "./useSelection.ts";

const ROW_PX = 52;
const SCROLL_ID = "incidents";

const useStyles = makeStyles({
  head: {
    display: "grid",
    gridTemplateColumns: COLUMNS,
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: `0 ${tokens.spacingHorizontalL} 0 6px`,
  },
  scroll: {
    flex: 1,
    minHeight: 0,
    overflowY: "auto",
    overflowAnchor: "none",
    scrollbarGutter: "stable",
  },
  list: { position: "relative", listStyleType: "none", margin: 0, padding: 0 },
  row: { position: "absolute", top: 0, left: 0, right: 0, height: `${ROW_PX}px` },
});

/** What the keys ask of the rows. */
export interface ListControl {
  /** Scrolls to the row and gives it the focus. */
  focusRow: (index: number) => void;
}

interface Props extends SortProps {
  rows: readonly IncidentSummary[];
  /** All matches, counted by the server; more may follow those loaded. */
  total: number | undefined;
  hasMore: boolean;
  loadMore: () => void;
  /** Id of the incident that the preview shows and the keys act on. */
  current: string | undefined;
  onCurrent: (id: string) => void;
  onOpen: (incident: IncidentSummary) => void;
  selection: Selection;
  control: RefObject<ListControl | null>;
}

export function IncidentList(props: Props) {
  const { rows, total, hasMore, selection, current } = props;
  const styles = useStyles();
  const mayWrite = useMay("incidents:write");
  const seen = useSeen();
  const providerOf = useProviderParam();
  const { scroll, virtual, items } = useVirtualRows(props);
  return (
    <>
      <ListHead
        className={mergeClasses(styles.head)}
        sort={props.sort}
        onSort={props.onSort}
        selection={mayWrite ? selection : undefined}
      />
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
                aria-current={incident.id === current}
              >
                <IncidentRow
                  incident={incident}
                  provider={providerOf(incident.provider_id)}
                  isCurrent={incident.id === current}
                  isUnseen={incident.status !== "closed" && !seen.has(incident.id)}
                  selection={mayWrite ? selection : undefined}
                  onChoose={() => props.onCurrent(incident.id)}
                  onOpen={() => props.onOpen(incident)}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

type RowsOf = Pick<Props, "rows" | "hasMore" | "loadMore" | "control">;

function useVirtualRows({ rows, hasMore, loadMore, control }: RowsOf) {
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
    // The bar of the selected floats over the end.
    paddingEnd: 96,
    ...(left === undefined ? {} : { initialOffset: left.scrollY }),
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && lastShown >= rows.length - 20) loadMore();
  }, [hasMore, lastShown, loadMore, rows.length]);
  const focusRow = (index: number) => {
    virtual.scrollToIndex(index);
    // The row may only be mounted by the scroll.
    requestAnimationFrame(() => rowLink(scroll.current, rows[index]?.id)?.focus());
  };
  useImperativeHandle(control, () => ({ focusRow }));
  return { scroll, virtual, items };
}

const rowLink = (scroll: HTMLElement | null, id: string | undefined): HTMLElement | undefined =>
  [...(scroll?.querySelectorAll<HTMLElement>("[data-id]") ?? [])].find(
    (link) => link.dataset["id"] === id,
  );
