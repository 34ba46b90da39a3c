/** One line of the inbox: a link to its subject, how old it is, and marking it as read. */
import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import type { InboxItem } from "../../../../shared/schemas/notifications.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Age } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";

const useStyles = makeStyles({
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

interface LineProps {
  item: InboxItem;
  onRead: () => void;
  /** When its subject was opened. */
  onClose: () => void;
}

export function InboxLine({ item, onRead, onClose }: LineProps) {
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
  if (event.type === "webhook-disabled") {
    return (
      <Link to="/admin/webhooks" search={{}} {...shown}>
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
