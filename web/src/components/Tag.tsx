/** A small label for a word of a closed list, a tag or a count. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  root: {
    display: "inline-flex",
    alignItems: "center",
    gap: "4px",
    maxWidth: "100%",
    padding: "0 6px",
    lineHeight: "18px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: "nowrap",
  },
  strong: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
});

export function Tag({ children, isStrong = false }: { children: ReactNode; isStrong?: boolean }) {
  const styles = useStyles();
  return <span className={mergeClasses(styles.root, isStrong && styles.strong)}>{children}</span>;
}
