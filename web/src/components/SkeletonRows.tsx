/** Grey rows where data will stand; shown on the first load only. */
import { makeStyles, tokens } from "@fluentui/react-components";

const useStyles = makeStyles({
  root: { display: "block", padding: tokens.spacingHorizontalL },
  row: {
    display: "block",
    height: "14px",
    marginBottom: "22px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground4,
    animationName: { from: { opacity: 0.4 }, "50%": { opacity: 1 }, to: { opacity: 0.4 } },
    animationDuration: "1.6s",
    animationIterationCount: "infinite",
  },
});

export function SkeletonRows({ rows, label }: { rows: number; label: string }) {
  const styles = useStyles();
  return (
    <output className={styles.root} aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <span
          key={index}
          className={styles.row}
          style={{ width: `${92 - ((index * 17) % 40)}%` }}
        />
      ))}
    </output>
  );
}
