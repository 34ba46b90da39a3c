/** The bell: how many unread, and the inbox when it is opened. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Alert20Regular } from "@fluentui/react-icons/svg/alert";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";

import { useInboxOptions } from "./queries.ts";

const InboxPanel = lazy(async () => ({ default: (await import("./InboxPanel.tsx")).InboxPanel }));

const useStyles = makeStyles({
  root: { position: "relative" },
  count: {
    position: "absolute",
    top: "-2px",
    right: "-4px",
    minWidth: "16px",
    height: "16px",
    lineHeight: "16px",
    padding: "0 3px",
    boxSizing: "border-box",
    borderRadius: "8px",
    textAlign: "center",
    fontSize: "11px",
    fontWeight: tokens.fontWeightSemibold,
    backgroundColor: "#b3261e",
    color: "#ffffff",
    pointerEvents: "none",
  },
});

export function Bell() {
  const styles = useStyles();
  const inbox = useQuery(useInboxOptions());
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const unread = inbox.data?.inbox.unread ?? 0;

  useEffect(() => {
    if (!isOpen) return undefined;
    const onPointer = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      root.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", onPointer);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", onPointer);
      document.removeEventListener("keydown", onKey);
    };
  }, [isOpen]);

  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };
  return (
    <div ref={root} className={styles.root}>
      <Button
        appearance="subtle"
        size="small"
        icon={<Alert20Regular />}
        aria-label={unread === 0 ? "Notifications" : `Notifications, ${unread} unread`}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      />
      {unread > 0 && (
        <span className={styles.count} aria-hidden>
          {unread > 99 ? "99+" : unread}
        </span>
      )}
      {isOpen && (
        <Suspense>
          <InboxPanel onClose={close} />
        </Suspense>
      )}
    </div>
  );
}
