/** Requests of a key by day as small bars, with the figures for people who do not see them. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { ApiKeyView } from "../../../../shared/schemas/apiKeys.ts";
import { useNow } from "../../components/clock.tsx";

const DAYS = 14;
const DAY_MS = 86_400_000;
const BAR = { width: 7, height: 28 };

const useStyles = makeStyles({
  root: { display: "flex", alignItems: "end", gap: "6px", whiteSpace: "nowrap" },
  bar: { fill: tokens.colorBrandBackground },
  none: { fill: tokens.colorNeutralStroke2 },
});

export function UseBars({ uses }: Pick<ApiKeyView, "uses">) {
  const styles = useStyles();
  const today = useNow();
  const counts = new Map(uses.map(({ day, count }) => [day, count]));
  const days = Array.from({ length: DAYS }, (_, i) => {
    const day = new Date(today - (DAYS - 1 - i) * DAY_MS).toISOString().slice(0, 10);
    return { day, count: counts.get(day) ?? 0 };
  });
  const most = Math.max(1, ...days.map(({ count }) => count));
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const words = days.filter(({ count }) => count > 0).map(({ day, count }) => `${day}: ${count}`);
  return (
    <div className={styles.root}>
      <svg
        role="img"
        aria-label={words.length === 0 ? "Not used" : words.join(", ")}
        width={DAYS * (BAR.width + 1)}
        height={BAR.height}
      >
        {days.map(({ day, count }, i) => {
          const height = count === 0 ? 1 : Math.max(2, (count / most) * BAR.height);
          const at = { x: i * (BAR.width + 1), y: BAR.height - height, width: BAR.width, height };
          return (
            <rect key={day} {...at} className={count === 0 ? styles.none : styles.bar}>
              <title>{`${day}: ${count}`}</title>
            </rect>
          );
        })}
      </svg>
      {total}
    </div>
  );
}
