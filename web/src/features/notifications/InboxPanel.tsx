/** The inbox under the bell: the newest events, each a link to its subject. */
import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { InboxItem } from "../../../../shared/schemas/notifications.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Severity } from "../../components/Severity.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { Age } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";
import { useInboxOptions, useMarkRead } from "./queries.ts";

const useStyles = makeStyles({
  root: {
    position: "absolute",
    right: 0,
    top: "36px",
    zIndex: 20,
    width: "min(420px, 94vw)",
    maxHeight: "70vh",
    overflowY: "auto",
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    boxShadow: tokens.shadow16,
  },
  top: {
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    padding: `6px 8px 6px ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  item: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    padding: `8px 8px 8px ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    fontSize: tokens.fontSizeBase200,
    borderLeft: "3px solid transparent",
  },
  unread: {
    borderLeftColor: tokens.colorBrandStroke1,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  body: { flex: 1, minWidth: 0, display: "grid", gap: "2px" },
  link: { color: tokens.colorNeutralForeground1, overflowWrap: "anywhere" },
  meta: { display: "flex", gap: "8px", color: tokens.colorNeutralForeground2 },
});

export function InboxPanel({ onClose }: { onClose: () => void }) {
  const styles = useStyles();
  const inbox = useQuery(useInboxOptions());
  const mark = useMarkRead();
  const items = inbox.data?.inbox.items ?? [];
  return (
    <section aria-label="Notifications" className={styles.root}>
      <div className={styles.top}>
        <h2 className={styles.title}>Notifications</h2>
        <Button
          size="small"
          appearance="subtle"
          disabled={inbox.data?.inbox.unread === 0}
          onClick={() => mark.mutate(undefined)}
        >
          Mark all read
        </Button>
      </div>
      {inbox.isPending && <SkeletonRows rows={3} label="Loading notifications" />}
      {(inbox.isError || mark.isError) && (
        <Failure error={inbox.error ?? mark.error} onRetry={() => void inbox.refetch()} />
      )}
      {inbox.isSuccess && items.length === 0 && (
        <Notice title="Nothing yet">
          You are told here when an incident of medium severity or above arrives.
        </Notice>
      )}
      <ul className={styles.list}>
        {items.map((item) => (
          <Line key={item.id} item={item} onRead={() => mark.mutate(item.id)} onClose={onClose} />
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  item: InboxItem;
  onRead: () => void;
  onClose: () => void;
}

function Line({ item, onRead, onClose }: LineProps) {
  const styles = useStyles();
  const open = () => {
    if (!item.read) onRead();
    onClose();
  };
  return (
    <li className={mergeClasses(styles.item, !item.read && styles.unread)}>
      <div className={styles.body}>
        <Subject item={item} className={styles.link} onOpen={open} />
        <span className={styles.meta}>
          <About item={item} />
          <Age at={item.created_at} />
        </span>
      </div>
      {!item.read && (
        <Button size="small" appearance="subtle" onClick={onRead}>
          Mark read
        </Button>
      )}
    </li>
  );
}

interface SubjectProps {
  item: InboxItem;
  className: string;
  onOpen: () => void;
}

/** The link goes by id, never by the URL in the event: that one is made for other channels. */
function Subject({ item, className, onOpen }: SubjectProps) {
  const { event } = item;
  if (event.type === "incident-alert") {
    const number = String(event.data.incident_number);
    return (
      <Link to="/incidents/$number" params={{ number }} className={className} onClick={onOpen}>
        #{number} <OutsideText text={event.data.title} limit={160} />
      </Link>
    );
  }
  const text = <OutsideText text={wordsOf(event)} limit={160} />;
  const shown = { className, onClick: onOpen };
  const { session_id: session, schedule_id: schedule } = namedBy(event);
  if (session !== undefined) {
    return (
      <Link to="/sessions/$id" params={{ id: session }} {...shown}>
        {text}
      </Link>
    );
  }
  if (schedule === undefined) return <span className={className}>{text}</span>;
  return (
    <Link to="/schedules/$id" params={{ id: schedule }} {...shown}>
      {text}
    </Link>
  );
}

/** What an event that is no incident's is about. */
function namedBy({ data }: InboxItem["event"]): { session_id?: string; schedule_id?: string } {
  return {
    ...("session_id" in data && data.session_id !== undefined && { session_id: data.session_id }),
    ...("schedule_id" in data &&
      data.schedule_id !== undefined && { schedule_id: data.schedule_id }),
  };
}

function wordsOf({ type, data }: InboxItem["event"]): string {
  const of =
    "schedule_name" in data && data.schedule_name !== undefined ? ` (${data.schedule_name})` : "";
  if (type === "investigation-completed") {
    const changes = data.changes === undefined ? "" : `. ${data.changes.summary}`;
    return `Investigation completed${of}: ${plainWords(data.verdict).toLowerCase()}${changes}`;
  }
  if (type === "investigation-failed") return `Investigation failed${of}: ${data.error.detail}`;
  if (type === "schedule-disabled") {
    return `Schedule stopped after ${data.consecutive_failures} failures${of}: ${data.last_error.detail}`;
  }
  return type === "webhook-disabled" ? `Webhook turned off: ${data.webhook_name}` : "Notification";
}

function About({ item }: { item: InboxItem }) {
  if (item.event.type !== "incident-alert") return <span>{plainWords(item.event.type)}</span>;
  return <Severity severity={item.event.data.severity} />;
}
