/** Rows as the query returned them; those that a claim stands on come first and are marked. */
import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useMemo, useState } from "react";

import type { Json } from "../../../../shared/schemas/json.ts";
import type { ClaimRef, Evidence } from "../../../../shared/schemas/sessions.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Table } from "../../components/Table.tsx";

const SHOWN_AT_FIRST = 50;
/** Values up to here stay on one line: times and addresses are read at a glance. */
const SHORT = 40;

const useStyles = makeStyles({
  cell: {
    fontFamily: tokens.fontFamilyMonospace,
    minWidth: "160px",
    maxWidth: "280px",
    overflowWrap: "anywhere",
    whiteSpace: "pre-wrap",
  },
  short: { whiteSpace: "nowrap", minWidth: 0, maxWidth: "none" },
  row: {
    boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
    "& td:first-child": { paddingLeft: "8px" },
  },
  mark: {
    padding: "1px 3px",
    backgroundColor: "var(--marked)",
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    outline: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
  },
});

export function EvidenceRows({
  evidence,
  refs,
}: {
  evidence: Evidence;
  refs: readonly ClaimRef[];
}) {
  const styles = useStyles();
  const [isWhole, setWhole] = useState(false);
  const named = useMemo(() => new Set(refs.map((ref) => ref.row_hash)), [refs]);
  const rows = useMemo(
    () => evidence.rows.toSorted((a, b) => Number(named.has(b.hash)) - Number(named.has(a.hash))),
    [evidence.rows, named],
  );
  if (rows.length === 0) return <p>The query returned no row.</p>;
  const shown = isWhole ? rows : rows.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <Table label="Evidence rows" head={evidence.columns.map((column) => column.name)}>
        {shown.map((row, index) => (
          <tr
            key={`${row.hash}.${index}`}
            className={mergeClasses(named.has(row.hash) && styles.row)}
          >
            {evidence.columns.map((column, at) => {
              const value = textOf(row.values[at]);
              const text = <OutsideText text={value} limit={200} />;
              return (
                <td
                  key={column.name}
                  className={mergeClasses(styles.cell, value.length <= SHORT && styles.short)}
                >
                  {isMarked(refs, row.hash, column.name) ? (
                    <mark ref={intoView} className={styles.mark}>
                      {text}
                    </mark>
                  ) : (
                    text
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </Table>
      {rows.length > shown.length && (
        <Button size="small" onClick={() => setWhole(true)}>
          Show all {rows.length} rows
        </Button>
      )}
    </>
  );
}

/** A cell far to the right is no proof as long as nobody sees it; of several the first comes into view. */
function intoView(mark: HTMLElement | null): void {
  if (mark === null || mark.closest("table")?.querySelector("mark") !== mark) return;
  mark.scrollIntoView?.({ block: "nearest", inline: "nearest" });
}

const isMarked = (refs: readonly ClaimRef[], hash: string, column: string): boolean =>
  refs.some((ref) => ref.row_hash === hash && ref.column === column);

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
