/** The inbox under the bell: the newest events, each a link to its subject. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { Failure, Notice } from "../../components/Notice.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { InboxLine } from "./InboxLine.tsx";
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
  end: {
    display: "flex",
    justifyContent: "space-between",
    padding: `8px ${tokens.spacingHorizontalM}`,
    fontSize: tokens.fontSizeBase200,
  },
  go: { color: tokens.colorBrandForegroundLink },
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
          <InboxLine
            key={item.id}
            item={item}
            onRead={() => mark.mutate(item.id)}
            onClose={onClose}
          />
        ))}
      </ul>
      <div className={styles.end}>
        <Link to="/notifications" search={{}} className={styles.go} onClick={onClose}>
          All notifications
        </Link>
        <Link to="/settings/notifications" className={styles.go} onClick={onClose}>
          What you are told of
        </Link>
      </div>
    </section>
  );
}
