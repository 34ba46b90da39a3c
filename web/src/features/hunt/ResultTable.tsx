/** Rows of a result, only those in view mounted; columns sort, a row can be copied. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";

import type { Json } from "../../../../shared/schemas/json.ts";
import type { KqlColumn } from "../../../../shared/schemas/kql.ts";
import { madeVisible } from "../../components/outsideCharacters.ts";
import type { HuntResult } from "./queries.ts";
import { cellText, rowJson, sorted } from "./resultText.ts";
import type { Sort } from "./resultText.ts";

const ROW_PX = 28;
const NUMBER_PX = 52;
/** Longer values are cut in the table; the whole value is in the copy and on hover. */
const SHOWN = 300;

const useStyles = makeStyles({
  scroll: {
    flex: 1,
    minHeight: "220px",
    overflow: "auto",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    fontSize: tokens.fontSizeBase200,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  table: {
    tableLayout: "fixed",
    borderCollapse: "separate",
    borderSpacing: 0,
    "& th": { padding: 0, textAlign: "left", fontWeight: tokens.fontWeightSemibold },
    "& td": { padding: 0, borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  },
  head: {
    position: "sticky",
    top: 0,
    zIndex: 1,
    backgroundColor: tokens.colorNeutralBackground2,
    "& th": { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  },
  sort: {
    display: "flex",
    gap: "6px",
    alignItems: "baseline",
    width: "100%",
    padding: "5px 8px",
    border: "none",
    background: "none",
    color: tokens.colorNeutralForeground1,
    font: "inherit",
    fontWeight: tokens.fontWeightSemibold,
    cursor: "pointer",
    overflow: "hidden",
    whiteSpace: "nowrap",
    ":focus-visible": {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      outlineOffset: "-2px",
    },
  },
  type: { color: tokens.colorNeutralForeground2, fontWeight: tokens.fontWeightRegular },
  rowHead: { "&&": { padding: "0 8px", textAlign: "right" } },
  row: {
    height: `${ROW_PX}px`,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  open: {
    width: "100%",
    padding: "5px 8px",
    border: "none",
    background: "none",
    color: tokens.colorBrandForegroundLink,
    font: "inherit",
    fontVariantNumeric: "tabular-nums",
    textAlign: "right",
    cursor: "pointer",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  cell: {
    "&&": { padding: "0 8px" },
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "pre",
    fontFamily: tokens.fontFamilyMonospace,
  },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums" },
});

const NUMERIC = new Set(["int", "long", "real", "decimal"]);
const WIDTH_PX: Readonly<Record<string, number>> = { datetime: 200, bool: 90, guid: 300 };
const widthOf = (type: string): number => WIDTH_PX[type] ?? (NUMERIC.has(type) ? 120 : 240);

interface Props {
  result: HuntResult;
  /** A row was chosen: its values as JSON. */
  onPick: (json: string) => void;
}

export function ResultTable({ result, onPick }: Props) {
  const styles = useStyles();
  const { columns } = result;
  const [sort, setSort] = useState<Sort>();
  const rows = useMemo(() => sorted(result.rows, sort), [result.rows, sort]);
  const scroll = useRef<HTMLDivElement>(null);
  // The React Compiler, which this build does not use, could not memoize this component.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const widths = columns.map(({ type }) => widthOf(type));
  return (
    // Keyboard users scroll the table by focusing it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroll} className={styles.scroll} tabIndex={0}>
      <table
        className={styles.table}
        style={{ width: NUMBER_PX + widths.reduce((sum, each) => sum + each, 0) }}
        aria-label="Result"
        aria-rowcount={rows.length + 1}
      >
        <colgroup>
          <col style={{ width: NUMBER_PX }} />
          {widths.map((width, at) => (
            <col key={at} style={{ width }} />
          ))}
        </colgroup>
        <thead className={styles.head}>
          <tr>
            <th scope="col" className={styles.rowHead}>
              Row
            </th>
            {columns.map((column, at) => (
              <Head
                key={column.name}
                column={column}
                direction={directionOf(sort, at)}
                onSort={() => setSort(nextSort(sort, at))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          <Space px={items[0]?.start ?? 0} />
          {items.map(({ index, key }) => (
            <Row
              key={key}
              columns={columns}
              row={rows[index] ?? []}
              index={index}
              onPick={() => onPick(rowJson(result, rows[index] ?? []))}
            />
          ))}
          <Space px={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for the rows that are not in view. */
const Space = ({ px }: { px: number }) =>
  px > 0 ? <tr aria-hidden style={{ height: px }} /> : null;

interface RowProps {
  columns: readonly KqlColumn[];
  row: readonly Json[];
  index: number;
  onPick: () => void;
}

function Row({ columns, row, index, onPick }: RowProps) {
  const styles = useStyles();
  return (
    <tr className={styles.row} aria-rowindex={index + 2}>
      <td>
        <button
          type="button"
          className={styles.open}
          aria-label={`Show row ${index + 1}`}
          onClick={onPick}
        >
          {index + 1}
        </button>
      </td>
      {columns.map((column, at) => {
        const text = madeVisible(cellText(row[at]));
        return (
          <td
            key={column.name}
            title={text.slice(0, 2000)}
            className={mergeClasses(styles.cell, NUMERIC.has(column.type) && styles.number)}
          >
            {text.slice(0, SHOWN).replaceAll("\n", "⏎")}
          </td>
        );
      })}
    </tr>
  );
}

type Direction = "ascending" | "descending" | "none";

function directionOf(sort: Sort | undefined, column: number): Direction {
  if (sort?.column !== column) return "none";
  return sort.descending ? "descending" : "ascending";
}

/** Ascending, then descending, then as the query gave the rows. */
function nextSort(sort: Sort | undefined, column: number): Sort | undefined {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? undefined : { column, descending: true };
}

interface HeadProps {
  column: KqlColumn;
  direction: Direction;
  onSort: () => void;
}

const ARROW = { ascending: "▲", descending: "▼", none: "" } as const;

function Head({ column, direction, onSort }: HeadProps) {
  const styles = useStyles();
  const name = madeVisible(column.name);
  return (
    <th scope="col" aria-sort={direction}>
      <button type="button" className={styles.sort} title={name} onClick={onSort}>
        {name} <span className={styles.type}>{column.type}</span>
        <span aria-hidden>{ARROW[direction]}</span>
      </button>
    </th>
  );
}
