/** The states that are not data: failed, forbidden, offline, empty. Each says why and offers a way on. */
import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { DismissCircle24Regular } from "@fluentui/react-icons/svg/dismiss-circle";
import { Info24Regular } from "@fluentui/react-icons/svg/info";
import type { ReactNode } from "react";

import { ApiError, OfflineError } from "../api/problem.ts";

const useStyles = makeStyles({
  root: {
    display: "flex",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalL}`,
    alignItems: "flex-start",
    color: tokens.colorNeutralForeground2,
  },
  failed: { color: "var(--severityHigh)" },
  body: { display: "flex", flexDirection: "column", gap: "4px", alignItems: "flex-start" },
  title: { color: tokens.colorNeutralForeground1 },
  trace: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  actions: { display: "flex", gap: tokens.spacingHorizontalS, marginTop: tokens.spacingVerticalS },
});

interface NoticeProps {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}

/** An empty place: why it is empty, and a way out. */
export function Notice({ title, children, actions }: NoticeProps) {
  const styles = useStyles();
  return (
    <output className={styles.root}>
      <Info24Regular aria-hidden />
      <span className={styles.body}>
        <Text weight="semibold" className={styles.title}>
          {title}
        </Text>
        {children}
        {actions !== undefined && <span className={styles.actions}>{actions}</span>}
      </span>
    </output>
  );
}

/** A failure: the problem's title, detail and trace id, and another try where one can help. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const styles = useStyles();
  const { title, detail, trace } = wordsOf(error);
  return (
    <div className={styles.root} role="alert">
      <DismissCircle24Regular aria-hidden className={styles.failed} />
      <div className={styles.body}>
        <Text weight="semibold" className={styles.title}>
          {title}
        </Text>
        <span>{detail}</span>
        {trace !== "" && <span className={styles.trace}>trace {trace}</span>}
        {onRetry !== undefined && (
          <div className={styles.actions}>
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

function wordsOf(error: unknown): { title: string; detail: string; trace: string } {
  if (error instanceof ApiError) {
    const { title, detail, trace_id: trace, errors } = error.problem;
    const fields = (errors ?? []).map((field) => `${field.pointer}: ${field.detail}`);
    return { title, detail: [detail, ...fields].join(" "), trace };
  }
  if (error instanceof OfflineError) {
    return { title: "Not connected", detail: "The server could not be reached.", trace: "" };
  }
  const detail = error instanceof Error ? error.message : "Something unexpected happened.";
  return { title: "The page failed", detail, trace: "" };
}
