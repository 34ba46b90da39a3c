/** How old the synchronisation with Sentinel is, why it is late where it fails, and what it put aside. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

import { ageWords, useNow } from "../../components/clock.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { utcText } from "../../components/Time.tsx";
import { isFirstSyncRunning } from "./firstSync.ts";
import type { SyncOfProvider } from "./queries.ts";

/** Three turns of the timer without a success. */
const LATE_SECONDS = 15 * 60;

const useStyles = makeStyles({
  root: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  late: { color: "var(--severityMedium)", fontWeight: tokens.fontWeightSemibold },
});

interface Props {
  /** Null before the first sync, undefined while nothing is known. */
  lastSyncedAt: string | null | undefined;
  syncs: readonly SyncOfProvider[];
}

export function SyncAge({ lastSyncedAt, syncs }: Props) {
  const styles = useStyles();
  const now = useNow();
  if (lastSyncedAt === undefined) return null;
  const failing = syncs.filter(({ error }) => error !== undefined);
  const seconds = lastSyncedAt === null ? Infinity : (now - Date.parse(lastSyncedAt)) / 1000;
  const words = ageWords(seconds);
  const isLate = failing.length > 0 || (lastSyncedAt !== null && seconds > LATE_SECONDS);
  return (
    <span
      className={mergeClasses(styles.root, isLate && styles.late)}
      {...(lastSyncedAt !== null && { title: `Last synced ${utcText(lastSyncedAt)}` })}
    >
      {isLate && "Late: "}
      {lastSyncedAt === null && syncs.length > 0 && notYetWords(syncs)}
      {lastSyncedAt !== null && (words === "just now" ? "synced just now" : `synced ${words} ago`)}
      {failing.map(({ provider_id: id, provider, error }) => (
        <span key={id}>
          {" "}
          · {provider}: <OutsideText text={error?.detail ?? ""} limit={160} />
        </span>
      ))}
      {syncs.map(({ provider_id: id, provider, set_aside: count }) =>
        count === undefined ? null : (
          <span key={id} title="Rows of Sentinel's that could not be read; the others are here.">
            {" "}
            · {provider}: {count} {count === 1 ? "row" : "rows"} set aside
          </span>
        ),
      )}
    </span>
  );
}

const notYetWords = (syncs: readonly SyncOfProvider[]): string =>
  isFirstSyncRunning(syncs) ? "first sync is running" : "not synced yet";
