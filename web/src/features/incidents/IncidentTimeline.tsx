/** What happened, oldest first: activity, alerts, comments, changes, investigations. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import type { TimelineItem } from "../../../../shared/schemas/incidentsRelated.ts";
import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { Tag } from "../../components/Tag.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";
import { timelineOptions } from "./related.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, maxHeight: "360px", overflowY: "auto" },
  one: {
    display: "grid",
    gridTemplateColumns: "150px 120px minmax(0, 1fr)",
    gap: "10px",
    alignItems: "baseline",
    padding: "4px 0",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    fontSize: tokens.fontSizeBase200,
  },
  time: { fontVariantNumeric: "tabular-nums", color: tokens.colorNeutralForeground2 },
  quiet: { color: tokens.colorNeutralForeground2 },
  link: { color: tokens.colorBrandForegroundLink },
});

export function IncidentTimeline({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const found = useQuery(timelineOptions(useApi(), incident));
  const items = found.data?.items ?? [];
  return (
    <Section title="Timeline" aside={found.isSuccess ? items.length : undefined}>
      {found.isPending && <SkeletonRows rows={3} label="Loading the timeline" />}
      {found.isError && found.data === undefined && (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.data?.truncated === true && (
        <p className={styles.quiet}>The oldest steps are left out.</p>
      )}
      {items.length > 0 && (
        // A long timeline scrolls: the keyboard must reach it.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ol className={styles.list} aria-label="Timeline" tabIndex={0}>
          {items.map((item, index) => (
            <li key={`${item.at}.${index}`} className={styles.one}>
              <span className={styles.time}>
                <UtcTime at={item.at} />
              </span>
              <span>
                <Tag>{plainWords(item.kind)}</Tag>
              </span>
              <What item={item} />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function What({ item }: { item: TimelineItem }) {
  const styles = useStyles();
  const title = <OutsideText text={item.title} limit={300} />;
  return (
    <span>
      {item.session_id === undefined ? (
        title
      ) : (
        <Link to="/sessions/$id" params={{ id: item.session_id }} className={styles.link}>
          {title}
        </Link>
      )}
      {item.fields !== undefined && item.fields.length > 0 && (
        <span className={styles.quiet}> {item.fields.map(plainWords).join(", ")}</span>
      )}
      {item.by !== undefined && (
        <span className={styles.quiet}>
          {" "}
          by <OutsideText text={item.by} limit={100} />
        </span>
      )}
    </span>
  );
}
