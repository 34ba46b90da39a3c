/** Every change of an incident: when, what, who, and from where; newest first, only the lines in view mounted. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import type { TimelineItem } from "../../../../shared/schemas/incidentsRelated.ts";
import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { Tag } from "../../components/Tag.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";
import { VirtualTable } from "../../components/VirtualTable.tsx";
import type { Column } from "../../components/VirtualTable.tsx";
import { timelineOptions } from "./related.ts";
import { isOurs } from "./timelineLanes.ts";

const useStyles = makeStyles({
  time: { fontVariantNumeric: "tabular-nums" },
  quiet: { color: tokens.colorNeutralForeground2 },
  note: { margin: "0 0 8px", color: tokens.colorNeutralForeground2 },
  id: {
    display: "block",
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase100,
    overflowWrap: "anywhere",
  },
  link: { color: tokens.colorBrandForegroundLink },
});

/** Actions of the audit trail as people read them. */
const DEED_WORD: Readonly<Record<string, string>> = {
  "incident.patch": "Changed here",
  "incident.enrich": "Alerts and entities read",
  "incident.writeback": "Written to Sentinel",
};

const COLUMNS: readonly Column<TimelineItem>[] = [
  { head: "When", width: "172px", cell: ({ at }) => <When at={at} /> },
  { head: "Kind", width: "140px", cell: ({ kind }) => <Tag>{plainWords(kind)}</Tag> },
  { head: "What", width: undefined, cell: (item) => <What item={item} /> },
  { head: "Who", width: "18%", cell: ({ by }) => <OutsideText text={by ?? ""} limit={80} /> },
  { head: "From", width: "22%", cell: (item) => <From item={item} /> },
];

export function ActivityList({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const found = useQuery(timelineOptions(useApi(), incident));
  if (found.isPending) return <SkeletonRows rows={6} label="Loading the activity" />;
  if (found.data === undefined) {
    return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  }
  const items = found.data.items.toReversed();
  return (
    <>
      {found.data.truncated && (
        <p className={styles.note}>The oldest steps are left out: the newest 1,000 are here.</p>
      )}
      <VirtualTable
        label="Activity"
        columns={COLUMNS}
        rows={items}
        keyOf={(item, index) => `${item.at}.${items.length - index}`}
      />
    </>
  );
}

/** Which system it was, and where it was read there. */
function From({ item }: { item: TimelineItem }) {
  const styles = useStyles();
  const system = isOurs(item) ? "SoCMate" : "Sentinel";
  return (
    <span>
      {system} <span className={styles.quiet}>{item.source}</span>
      {item.alert_id !== undefined && (
        <span className={styles.id}>
          <OutsideText text={item.alert_id} limit={40} />
        </span>
      )}
    </span>
  );
}

function When({ at }: { at: string }) {
  const styles = useStyles();
  return (
    <span className={styles.time}>
      <UtcTime at={at} />
    </span>
  );
}

function What({ item }: { item: TimelineItem }) {
  const styles = useStyles();
  const title = <OutsideText text={DEED_WORD[item.title] ?? item.title} limit={300} />;
  return (
    <span>
      {item.session_id === undefined ? (
        title
      ) : (
        <Link to="/sessions/$id" params={{ id: item.session_id }} className={styles.link}>
          {title}
        </Link>
      )}
      {item.kind === "changed" && item.fields !== undefined && item.fields.length > 0 && (
        <span className={styles.quiet}>: {item.fields.map(plainWords).join(", ")}</span>
      )}
    </span>
  );
}
