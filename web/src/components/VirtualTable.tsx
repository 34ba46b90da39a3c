/** A table of any length that mounts only the rows in view; rows are as high as what they hold. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { CSSProperties, ReactNode } from "react";

const ROW_PX = 33;

const useStyles = makeStyles({
  scroll: {
    maxHeight: "max(320px, calc(100vh - 330px))",
    overflow: "auto",
    overflowAnchor: "none",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  table: {
    width: "100%",
    minWidth: "820px",
    tableLayout: "fixed",
    borderSpacing: 0,
    fontSize: tokens.fontSizeBase200,
    "& th": {
      position: "sticky",
      zIndex: 1,
      top: 0,
      padding: "5px 12px 5px 0",
      textAlign: "left",
      borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
      backgroundColor: tokens.colorNeutralBackground1,
      color: tokens.colorNeutralForeground2,
      fontWeight: tokens.fontWeightSemibold,
    },
    "& td": {
      height: `${ROW_PX}px`,
      boxSizing: "border-box",
      padding: "3px 12px 3px 0",
      borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
      overflowWrap: "anywhere",
      verticalAlign: "middle",
    },
  },
});

const numbers = (are: boolean | undefined): CSSProperties =>
  are === true ? { textAlign: "right", fontVariantNumeric: "tabular-nums" } : {};

export interface Column<Row> {
  head: string;
  /** Of the table; undefined takes what the others leave. */
  width: string | undefined;
  cell: (row: Row) => ReactNode;
  /** Figures stand to the right. */
  isNumber?: boolean;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row, index: number) => string;
  /** Told which rows are in view, first and last. */
  onView?: (first: number, last: number) => void;
}

export function VirtualTable<Row>({ label, columns, rows, keyOf, onView }: Props<Row>) {
  const styles = useStyles();
  const scroll = useRef<HTMLDivElement>(null);
  // The React Compiler, which this build does not use, could not memoize this component.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    onChange: ({ range }) => range !== null && onView?.(range.startIndex, range.endIndex),
  });
  const items = virtual.getVirtualItems();
  return (
    // Keyboard users scroll a long table by focusing it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroll} className={styles.scroll} tabIndex={0}>
      <table className={styles.table} aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ head, width, isNumber }) => (
              <th key={head} scope="col" style={{ width, ...numbers(isNumber) }}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space px={items[0]?.start ?? 0} columns={columns.length} />
          {items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <tr
                key={keyOf(row, index)}
                ref={virtual.measureElement}
                data-index={index}
                aria-rowindex={index + 2}
              >
                {columns.map(({ head, cell, isNumber }) => (
                  <td key={head} style={numbers(isNumber)}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          <Space px={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

const NO_EDGE = { padding: 0, border: "none", height: 0 };

/** Stands for the rows that are not mounted. */
function Space({ px, columns }: { px: number; columns: number }) {
  if (px <= 0) return null;
  return (
    <tr aria-hidden style={{ height: px }}>
      <td colSpan={columns} style={NO_EDGE}>
        {" "}
      </td>
    </tr>
  );
}
