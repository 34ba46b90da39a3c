/** What there is to say about the rows, floating over them so that none moves: newer ones, or that they are old. */
import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

import type { Queue } from "./useQueue.ts";

const useStyles = makeStyles({
  root: {
    position: "absolute",
    zIndex: 4,
    top: "38px",
    left: "50%",
    transform: "translateX(-50%)",
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    gap: "6px",
  },
  bar: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: "4px 6px 4px 14px",
    border: `1px solid ${tokens.colorBrandStroke1}`,
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    boxShadow: tokens.shadow16,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: "nowrap",
  },
  stale: {
    borderTopColor: tokens.colorPaletteYellowBorder2,
    borderRightColor: tokens.colorPaletteYellowBorder2,
    borderBottomColor: tokens.colorPaletteYellowBorder2,
    borderLeftColor: tokens.colorPaletteYellowBorder2,
    backgroundColor: tokens.colorPaletteYellowBackground1,
  },
});

export function QueueBars({ queue }: { queue: Queue }) {
  const styles = useStyles();
  if (!queue.isStale && queue.arrived === 0) return null;
  return (
    <div className={styles.root}>
      {queue.isStale && (
        <output className={mergeClasses(styles.bar, styles.stale)}>
          These rows may be old: the last refresh failed.
          <Button size="small" shape="circular" onClick={queue.retry}>
            Try again
          </Button>
        </output>
      )}
      {queue.arrived > 0 && (
        <output className={styles.bar}>
          {queue.arrived} new since you looked
          <Button size="small" shape="circular" appearance="primary" onClick={queue.showArrived}>
            Show
          </Button>
        </output>
      )}
    </div>
  );
}
