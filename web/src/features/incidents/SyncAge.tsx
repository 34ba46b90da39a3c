/** How old the synchronisation with Sentinel is, and why it is late where it fails. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

import { ageWords, useNow } from "../../components/clock.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import type { SyncOfProvider } from "./queries.ts";

/** Three turns of the timer without a success. */
const LATE_SECONDS = 15 * 60;

const useStyles = makeStyles({
  late: { color: "var(--severityMedium)", fontWeight: tokens.fontWeightSemibold },
});

interface Props {
  /** Null before the first sync, undefined while nothing is known. */
  lastSyncedAt: string | null | undefined;
  failing: readonly SyncOfProvider[];
}

export function SyncAge({ lastSyncedAt, failing }: Props) {
  const styles = useStyles();
  const now = useNow();
  if (lastSyncedAt === undefined) return null;
  const seconds = lastSyncedAt === null ? Infinity : (now - Date.parse(lastSyncedAt)) / 1000;
  const words = ageWords(seconds);
  const isLate = failing.length > 0 || (lastSyncedAt !== null && seconds > LATE_SECONDS);
  return (
    <span className={mergeClasses(isLate && styles.late)}>
      {isLate && "Late: "}
      {lastSyncedAt === null && "not synced yet"}
      {lastSyncedAt !== null && (words === "just now" ? "synced just now" : `synced ${words} ago`)}
      {failing.map(({ provider_id: id, provider, error }) => (
        <span key={id}>
          {" "}
          · {provider}: <OutsideText text={error?.detail ?? ""} limit={160} />
        </span>
      ))}
    </span>
  );
}
