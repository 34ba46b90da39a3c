/** A filter that is on or off; pressed state by border, weight and colour. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  root: {
    display: "inline-flex",
    alignItems: "center",
    gap: "6px",
    height: "28px",
    padding: "0 10px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground2,
    fontFamily: "inherit",
    fontSize: tokens.fontSizeBase200,
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "1px" },
  },
  on: {
    borderTopColor: tokens.colorBrandStroke1,
    borderRightColor: tokens.colorBrandStroke1,
    borderBottomColor: tokens.colorBrandStroke1,
    borderLeftColor: tokens.colorBrandStroke1,
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
  },
  count: { fontVariantNumeric: "tabular-nums" },
});

interface Props {
  isOn: boolean;
  onToggle: () => void;
  /** Left out where no honest figure is known. */
  count?: number | undefined;
  children: ReactNode;
}

export function Chip({ isOn, onToggle, count, children }: Props) {
  const styles = useStyles();
  return (
    <button
      type="button"
      aria-pressed={isOn}
      className={mergeClasses(styles.root, isOn && styles.on)}
      onClick={onToggle}
    >
      {children} {count !== undefined && <span className={styles.count}>{count}</span>}
    </button>
  );
}
