/** How old the synchronisation with Sentinel is. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { useConnection } from "../../api/context.ts";
import { ageWords, useNow } from "../../components/clock.tsx";

/** Three turns of the timer without a success. */
const LATE_SECONDS = 15 * 60;

const useStyles = makeStyles({
  late: { color: "var(--severityMedium)", fontWeight: tokens.fontWeightSemibold },
});

interface LocalStats {
  sync_age_seconds: number | null;
}

/** In the local run the host knows; on Azure the newest row that the sync wrote tells. */
export function SyncAge({ rows }: { rows: readonly IncidentSummary[] }) {
  const styles = useStyles();
  const { api, local } = useConnection();
  const now = useNow();
  const stats = useQuery({
    queryKey: ["local", "stats"],
    queryFn: () => api.read<LocalStats>("/local/stats"),
    enabled: local !== undefined,
    refetchInterval: 10_000,
  });
  const newest = Math.max(...rows.map((row) => Date.parse(row.sync.last_synced_at)));
  const seconds = local === undefined ? (now - newest) / 1000 : stats.data?.sync_age_seconds;
  if (seconds === undefined || seconds === null || !Number.isFinite(seconds)) {
    return <>not synced yet</>;
  }
  const words = ageWords(seconds);
  const isLate = seconds > LATE_SECONDS;
  return (
    <span className={mergeClasses(isLate && styles.late)}>
      {isLate && "Late: "}
      {words === "just now" ? "synced just now" : `synced ${words} ago`}
    </span>
  );
}
