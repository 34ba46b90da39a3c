/** When a schedule runs next: in the reader's own zone, with how long that is from now. */
import { makeStyles, tokens } from "@fluentui/react-components";

import { useNow } from "../../components/clock.tsx";
import { utcText } from "../../components/Time.tsx";
import { countdownWords } from "./words.ts";

const useStyles = makeStyles({
  root: { display: "inline-flex", flexWrap: "wrap", gap: "0 8px", whiteSpace: "nowrap" },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** `at`: ISO 8601; `null` while it does not run by itself. */
export function NextRun({ at }: { at: string | null }) {
  const styles = useStyles();
  const now = useNow();
  if (at === null) return <span className={styles.quiet}>none</span>;
  return (
    <span className={styles.root}>
      <LocalTime at={at} />
      <span className={styles.quiet}>{countdownWords(Date.parse(at) - now)}</span>
    </span>
  );
}

/** "Mon, 23 Nov, 08:00 CET"; exact UTC on hover. */
export function LocalTime({ at }: { at: string }) {
  const words = new Date(at).toLocaleString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });
  return (
    <time dateTime={at} title={utcText(at)}>
      {words}
    </time>
  );
}
