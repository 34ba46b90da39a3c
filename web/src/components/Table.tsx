/** A dense table that scrolls sideways within itself. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  scroll: {
    overflowX: "auto",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  table: {
    width: "100%",
    borderCollapse: "collapse",
    fontSize: tokens.fontSizeBase200,
    "& th": {
      textAlign: "left",
      fontWeight: tokens.fontWeightSemibold,
      color: tokens.colorNeutralForeground2,
      padding: "4px 12px 4px 0",
      whiteSpace: "nowrap",
    },
    "& td": {
      padding: "4px 12px 4px 0",
      borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
      verticalAlign: "middle",
    },
    // A date that breaks at its hyphens is not read as one.
    "& time, & code": { whiteSpace: "nowrap" },
  },
});

/** Amounts stand at the right, digit under digit: one rule for each place that a table may have them in. */
const useAmounts = makeStyles<string>(
  Object.fromEntries(
    Array.from({ length: 9 }, (_, place) => [
      String(place),
      {
        [`& th:nth-child(${place + 1}), & td:nth-child(${place + 1})`]: {
          textAlign: "right",
          fontVariantNumeric: "tabular-nums",
          whiteSpace: "nowrap",
        },
      },
    ]),
  ),
);

interface Props {
  label: string;
  head: readonly ReactNode[];
  /** Which columns hold amounts, from 0. */
  amounts?: readonly number[];
  /** `<tr>` elements. */
  children: ReactNode;
}

export function Table({ label, head, amounts = [], children }: Props) {
  const styles = useStyles();
  const atRight = useAmounts();
  return (
    // Keyboard users scroll a wide table by focusing it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} tabIndex={0}>
      <table
        className={mergeClasses(styles.table, ...amounts.map((place) => atRight[place]))}
        aria-label={label}
      >
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
