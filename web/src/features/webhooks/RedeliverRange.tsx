/** Begins everything anew that failed in a time range: after a receiver was mended. */
import { Button, Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";

import { useNow } from "../../components/clock.tsx";
import { Failure } from "../../components/Notice.tsx";
import { useRedeliver } from "./queries.ts";

const useStyles = makeStyles({
  root: { display: "flex", flexWrap: "wrap", alignItems: "end", gap: "12px", marginBottom: "10px" },
  told: { color: tokens.colorNeutralForeground2 },
});

const DAY_MS = 86_400_000;
const minuteOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

/** @param props `webhook`: only its deliveries; those of every channel without. */
export function RedeliverRange({ webhook }: { webhook: string | undefined }) {
  const styles = useStyles();
  const now = useNow();
  const [since, setSince] = useState(() => minuteOf(now - DAY_MS));
  const [until, setUntil] = useState(() => minuteOf(now + DAY_MS));
  const redeliver = useRedeliver(webhook);
  const done = redeliver.data;
  return (
    <form
      aria-label="Redeliver what failed"
      className={styles.root}
      onSubmit={(event) => {
        event.preventDefault();
        redeliver.mutate({ since: `${since}:00.000Z`, until: `${until}:59.999Z` });
      }}
    >
      <Field label="Failed from (UTC)">
        <Input
          type="datetime-local"
          value={since}
          onChange={(_, { value }) => setSince(value)}
          required
        />
      </Field>
      <Field label="to (UTC)">
        <Input
          type="datetime-local"
          value={until}
          onChange={(_, { value }) => setUntil(value)}
          required
        />
      </Field>
      <Button type="submit" disabled={redeliver.isPending}>
        Redeliver what failed
      </Button>
      {done !== undefined && (
        <output className={styles.told}>
          {done.redelivered} begun anew
          {done.skipped > 0 && `; ${done.skipped} left: off, or no longer wanted`}
          {done.more && "; there are more, press again"}
        </output>
      )}
      {redeliver.isError && <Failure error={redeliver.error} />}
    </form>
  );
}
