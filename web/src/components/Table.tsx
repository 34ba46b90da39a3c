/** A dense table that scrolls sideways within itself. */
import { makeStyles, tokens } from "@fluentui/react-components";
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
  },
});

interface Props {
  label: string;
  head: readonly ReactNode[];
  /** `<tr>` elements. */
  children: ReactNode;
}

export function Table({ label, head, children }: Props) {
  const styles = useStyles();
  return (
    // Keyboard users scroll a wide table by focusing it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles.scroll} tabIndex={0}>
      <table className={styles.table} aria-label={label}>
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
