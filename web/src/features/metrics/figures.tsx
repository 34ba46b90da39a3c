/** Figures that say how much they rest on. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { Metrics, Share, Span } from "../../../../shared/schemas/metrics.ts";

const useStyles = makeStyles({
  value: { fontSize: tokens.fontSizeBase500, fontVariantNumeric: "tabular-nums" },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  track: {
    position: "relative",
    height: "6px",
    margin: "4px 0",
    borderRadius: "3px",
    backgroundColor: tokens.colorNeutralBackground5,
  },
  range: {
    position: "absolute",
    top: 0,
    bottom: 0,
    borderRadius: "3px",
    backgroundColor: tokens.colorBrandStroke2,
  },
  point: {
    position: "absolute",
    top: "-3px",
    bottom: "-3px",
    width: "3px",
    backgroundColor: tokens.colorBrandForeground1,
  },
});

const percent = (value: number): string => `${Math.round(value * 100)} %`;

/** `8 of 10, 49 to 94 %`. */
export const shareWords = (share: Share): string =>
  share.state === "not_measured"
    ? "not measured"
    : `${percent(share.value)} (${share.count} of ${share.of}, ${percent(share.low)} to ${percent(share.high)})`;

export function ShareCell({ name, share }: { name: string; share: Share }) {
  const styles = useStyles();
  return (
    <div>
      <dt>{name}</dt>
      {share.state === "not_measured" ? (
        <dd className={styles.quiet}>not measured: nothing to count yet</dd>
      ) : (
        <dd>
          <span className={styles.value}>{percent(share.value)}</span>
          <div className={styles.track} aria-hidden>
            <span
              className={styles.range}
              style={{
                left: `${share.low * 100}%`,
                right: `${(1 - share.high) * 100}%`,
              }}
            />
            <span className={styles.point} style={{ left: `${share.value * 100}%` }} />
          </div>
          <span className={styles.quiet}>
            {share.count} of {share.of}, {percent(share.low)} to {percent(share.high)}
          </span>
        </dd>
      )}
    </div>
  );
}

export function SpanCell({ name, span }: { name: string; span: Span }) {
  const styles = useStyles();
  return (
    <div>
      <dt>{name}</dt>
      {span.state === "not_measured" ? (
        <dd className={styles.quiet}>not measured: nothing to count yet</dd>
      ) : (
        <dd>
          <span className={styles.value}>{lengthWords(span.median_ms)}</span>
          <div className={styles.quiet}>
            median of {span.of}; nine of ten within {lengthWords(span.p90_ms)}
          </div>
        </dd>
      )}
    </div>
  );
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
];

/** The largest unit that is at least one: `2.5 h`. */
export function lengthWords(ms: number): string {
  const [size, word] = UNITS.find(([unit]) => ms >= unit) ?? [1, "ms"];
  const value = ms / size;
  return `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10} ${word}`;
}

/** An unknown cost is said to be unknown; without a model there is none. */
export function costWords({ usd, measured, estimated, unknown, none }: Metrics["cost"]): string {
  const asked = measured + estimated + unknown;
  if (asked === 0) return none === 0 ? "not measured" : "no model was asked";
  const known = usd === null ? "unknown" : `$${usd.toFixed(2)}`;
  const parts = [
    measured > 0 && `${measured} measured`,
    estimated > 0 && `${estimated} estimated`,
    unknown > 0 && `${unknown} unknown`,
  ].filter((part) => part !== false);
  return `${known} (${parts.join(", ")})`;
}
