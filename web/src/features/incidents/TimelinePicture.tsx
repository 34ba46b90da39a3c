/** Activity, alerts, Sentinel's changes and our own steps on one axis of time; the Activity tab is its text. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { useApi } from "../../api/context.ts";
import { ageWords } from "../../components/clock.tsx";
import { Failure } from "../../components/Notice.tsx";
import { madeVisible } from "../../components/outsideCharacters.ts";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { utcText } from "../../components/Time.tsx";
import { timelineOptions } from "./related.ts";
import { pictureOf } from "./timelineLanes.ts";
import type { Bar, Dot, Picture } from "./timelineLanes.ts";

const useStyles = makeStyles({
  root: {
    display: "grid",
    gridTemplateColumns: "minmax(120px, 220px) minmax(0, 1fr)",
    margin: "8px 0 0",
    fontSize: tokens.fontSizeBase200,
  },
  name: {
    padding: "3px 12px 3px 0",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    lineHeight: "18px",
  },
  lane: {
    position: "relative",
    height: "24px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    backgroundImage: `linear-gradient(to right, ${tokens.colorNeutralStroke3} 1px, transparent 1px)`,
    backgroundSize: "25% 100%",
  },
  bar: {
    position: "absolute",
    top: "7px",
    height: "10px",
    minWidth: "10px",
    maxWidth: "100%",
    borderRadius: "5px",
    backgroundColor: "currentColor",
    forcedColorAdjust: "none",
  },
  activity: { color: tokens.colorNeutralForeground3, opacity: 0.55 },
  plain: { color: tokens.colorNeutralForeground3 },
  critical: { color: "var(--severityCritical)" },
  high: { color: "var(--severityHigh)" },
  medium: { color: "var(--severityMedium)" },
  low: { color: "var(--severityLow)" },
  informational: { color: "var(--severityInformational)" },
  dot: {
    position: "absolute",
    top: "7px",
    width: "10px",
    height: "10px",
    marginLeft: "-5px",
    boxSizing: "border-box",
    border: `2px solid ${tokens.colorNeutralBackground1}`,
    borderRadius: "50%",
    backgroundColor: tokens.colorNeutralForeground2,
    forcedColorAdjust: "none",
  },
  ours: { backgroundColor: tokens.colorBrandForeground1, borderRadius: "2px" },
  axis: {
    gridColumn: "2",
    display: "flex",
    justifyContent: "space-between",
    padding: "4px 0 0",
    color: tokens.colorNeutralForeground2,
    fontVariantNumeric: "tabular-nums",
  },
  // Said instead of the picture.
  unseen: {
    position: "absolute",
    width: "1px",
    height: "1px",
    margin: "-1px",
    overflow: "hidden",
    clipPath: "inset(50%)",
  },
  quiet: { margin: "6px 0", color: tokens.colorNeutralForeground2 },
});

export function TimelinePicture({ incident, more }: { incident: IncidentView; more: ReactNode }) {
  const styles = useStyles();
  const found = useQuery(timelineOptions(useApi(), incident));
  const picture = found.data === undefined ? undefined : pictureOf(incident, found.data.items);
  return (
    <Section title="Timeline" end={more}>
      {found.isPending && <SkeletonRows rows={3} label="Loading the timeline" />}
      {found.isError && found.data === undefined && (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data !== undefined && picture === undefined && (
        <p className={styles.quiet}>Nothing that has a time is known yet.</p>
      )}
      {picture !== undefined && <Lanes picture={picture} />}
    </Section>
  );
}

function Lanes({ picture }: { picture: Picture }) {
  const styles = useStyles();
  const seconds = (picture.toMs - picture.fromMs) / 1000;
  return (
    <>
      <p
        className={styles.unseen}
      >{`Timeline over ${ageWords(seconds)}: ${picture.alerts.length + picture.alertsLeftOut} alerts, ${picture.sentinel.length} steps in Sentinel, ${picture.ours.length} of ours. The Activity tab lists them.`}</p>
      <div className={styles.root} aria-hidden>
        {picture.activity !== undefined && (
          <Lane name="Activity">
            <BarOf bar={picture.activity} look={styles.activity} />
          </Lane>
        )}
        {picture.alerts.map((bar) => (
          <Lane key={bar.id} name={madeVisible(bar.title)}>
            <BarOf bar={bar} look={styles[bar.severity ?? "plain"]} />
          </Lane>
        ))}
        {picture.sentinel.length > 0 && (
          <Lane name="In Sentinel">
            <Dots dots={picture.sentinel} look="" />
          </Lane>
        )}
        {picture.ours.length > 0 && (
          <Lane name="Our steps">
            <Dots dots={picture.ours} look={styles.ours} />
          </Lane>
        )}
        <div className={styles.axis}>
          <span>{utcText(new Date(picture.fromMs).toISOString())}</span>
          <span>{ageWords(seconds)}</span>
          <span>{utcText(new Date(picture.toMs).toISOString())}</span>
        </div>
      </div>
      {picture.alertsLeftOut > 0 && (
        <p className={styles.quiet}>{picture.alertsLeftOut} more alerts are on the Alerts tab.</p>
      )}
    </>
  );
}

function Lane({ name, children }: { name: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <>
      <span className={styles.name} title={name}>
        {name}
      </span>
      <div className={styles.lane}>{children}</div>
    </>
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;

function BarOf({ bar, look }: { bar: Bar; look: string }) {
  const styles = useStyles();
  // The shortest bar still shows at the very end of the lane.
  const left = `min(${percent(bar.from)}, calc(100% - 10px))`;
  return (
    <span
      className={`${styles.bar} ${look}`}
      title={madeVisible(bar.title)}
      style={{ left, width: percent(bar.to - bar.from) }}
    />
  );
}

function Dots({ dots, look }: { dots: readonly Dot[]; look: string }) {
  const styles = useStyles();
  return dots.map((dot) => (
    <span
      key={dot.id}
      className={`${styles.dot} ${look}`}
      title={`${utcText(dot.iso)} ${madeVisible(dot.title)}`}
      style={{ left: `clamp(5px, ${percent(dot.at)}, calc(100% - 5px))` }}
    />
  ));
}
