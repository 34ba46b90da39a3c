/** The incidents queue: what is new and bad, filters in the address, rows that never jump. */
import { Button, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { useRef } from "react";

import { Failure, Notice } from "../../components/Notice.tsx";
import { KeysHint } from "../../components/KeysHint.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useKeys } from "../../components/useKeys.ts";
import { useTitle } from "../../components/useTitle.ts";
import { useMay, useMe } from "../signIn/me.ts";
import { BulkBar } from "./BulkBar.tsx";
import { ExportButton } from "./ExportButton.tsx";
import { FilterBar } from "./FilterBar.tsx";
import { apiQueryOf, isFiltering } from "./filters.ts";
import type { QueueFilters } from "./filters.ts";
import { IncidentList } from "./IncidentList.tsx";
import { SyncAge } from "./SyncAge.tsx";
import { useQueue } from "./useQueue.ts";
import type { Queue } from "./useQueue.ts";
import { useSelection } from "./useSelection.ts";
import type { Selection } from "./useSelection.ts";

const useStyles = makeStyles({
  root: { display: "flex", flexDirection: "column", height: "100%", minHeight: 0 },
  top: {
    display: "flex",
    alignItems: "baseline",
    gap: tokens.spacingHorizontalM,
    padding: `10px ${tokens.spacingHorizontalL} 4px`,
  },
  title: { fontSize: tokens.fontSizeBase500, fontWeight: tokens.fontWeightSemibold, margin: 0 },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  end: { marginLeft: "auto" },
  bar: {
    display: "flex",
    alignItems: "center",
    justifyContent: "center",
    gap: tokens.spacingHorizontalM,
    padding: "4px",
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorNeutralForeground1,
    fontSize: tokens.fontSizeBase200,
  },
  stale: { backgroundColor: tokens.colorPaletteYellowBackground1 },
});

interface Props {
  filters: QueueFilters;
  onFilters: (filters: QueueFilters) => void;
}

export function QueuePage({ filters, onFilters }: Props) {
  const styles = useStyles();
  const me = useMe();
  useTitle("Incidents");
  const query = apiQueryOf(filters, me.email).toString();
  const queue = useQueue(query);
  const mayWrite = useMay("incidents:write");
  const selection = useSelection();
  const search = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => search.current?.focus() });
  return (
    <div className={styles.root}>
      <div className={styles.top}>
        <h1 className={styles.title}>Incidents</h1>
        <Text className={styles.quiet}>{countWords(queue)}</Text>
        <span className={`${styles.quiet} ${styles.end}`}>
          <KeysHint keys={`j k walk, Enter opens, ${mayWrite ? "x selects, " : ""}/ searches`} /> ·{" "}
          <SyncAge lastSyncedAt={queue.lastSyncedAt} failing={queue.failingSyncs} />
        </span>
        <ExportButton query={query} />
      </div>
      <FilterBar filters={filters} onFilters={onFilters} rows={queue.rows} searchRef={search} />
      <BulkBar selection={selection} />
      {queue.isStale && (
        <output className={`${styles.bar} ${styles.stale}`}>
          These rows may be old: the last refresh failed.
          <Button size="small" onClick={queue.retry}>
            Try again
          </Button>
        </output>
      )}
      {queue.arrived > 0 && (
        <output className={styles.bar}>
          {queue.arrived} new since you looked
          <Button size="small" appearance="primary" onClick={queue.showArrived}>
            Show
          </Button>
        </output>
      )}
      <Rows
        queue={queue}
        filters={filters}
        onFilters={onFilters}
        selection={mayWrite ? selection : undefined}
      />
    </div>
  );
}

interface RowsProps extends Props {
  queue: Queue;
  selection: Selection | undefined;
}

function Rows({ queue, filters, onFilters, selection }: RowsProps) {
  if (queue.isLoading) return <SkeletonRows rows={12} label="Loading incidents" />;
  if (queue.rows.length > 0) return <IncidentList {...queue} selection={selection} />;
  if (queue.error !== null && queue.error !== undefined && !queue.isStale) {
    return <Failure error={queue.error} onRetry={queue.retry} />;
  }
  if (isFiltering(filters)) {
    return (
      <Notice
        title="No incident matches"
        actions={
          <Button size="small" onClick={() => onFilters({ timespan: filters.timespan })}>
            Clear filters
          </Button>
        }
      >
        Nothing in this time range fits these filters.
      </Notice>
    );
  }
  return (
    <Notice
      title="No incidents yet"
      actions={
        filters.timespan !== "P90D" && (
          <Button size="small" onClick={() => onFilters({ ...filters, timespan: "P90D" })}>
            Look 90 days back
          </Button>
        )
      }
    >
      The workspace reported no incident in this time range. The next synchronisation fills this
      page by itself. <Spinner size="extra-tiny" aria-label="Waiting for incidents" />
    </Notice>
  );
}

function countWords(queue: Queue): string {
  if (queue.isLoading) return "";
  const loaded = queue.rows.length;
  if (queue.total !== undefined && queue.total > loaded) return `${loaded} of ${queue.total}`;
  return queue.hasMore ? `${loaded} loaded, more below` : `${loaded}`;
}
