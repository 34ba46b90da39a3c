/** The incidents queue: what is new and bad, filters in the address, rows that never jump, a preview beside them. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { PanelRight20Regular } from "@fluentui/react-icons/svg/panel-right";
import { lazy, Suspense, useRef, useState } from "react";

import { Forbidden } from "../signIn/Forbidden.tsx";
import type { IncidentSummary, LocalStatus } from "../../../../shared/schemas/incidents.ts";
import { useTitle } from "../../components/useTitle.ts";
import { useMay, useMe } from "../signIn/me.ts";
import { BulkBar } from "./BulkBar.tsx";
import { ExportButton } from "./ExportButton.tsx";
import { FilterBar } from "./FilterBar.tsx";
import type { FilterProps } from "./filters.ts";
import { apiQueryOf } from "./filters.ts";
import type { QueueFilters } from "./filters.ts";
import type { ListControl } from "./IncidentList.tsx";
import { QueueBars } from "./QueueBars.tsx";
import { QueueRows } from "./QueueRows.tsx";
import { SavedViews } from "./SavedViews.tsx";
import { SyncAge } from "./SyncAge.tsx";
import { useActs } from "./useActs.ts";
import { useCounts } from "./useCounts.ts";
import { useCurrent } from "./useCurrent.ts";
import type { Current } from "./useCurrent.ts";
import { useQueue } from "./useQueue.ts";
import type { Queue } from "./useQueue.ts";
import { useQueueKeys } from "./useQueueKeys.ts";
import { useSelection } from "./useSelection.ts";
import type { Selection } from "./useSelection.ts";

const PreviewPane = lazy(async () => ({
  default: (await import("./PreviewPane.tsx")).PreviewPane,
}));
const StatusDialog = lazy(async () => ({
  default: (await import("./StatusDialog.tsx")).StatusDialog,
}));

const useStyles = makeStyles({
  root: { display: "flex", flexDirection: "column", height: "100%", minHeight: 0 },
  top: {
    display: "flex",
    alignItems: "center",
    // A long reason why the sync is late takes a line of its own instead of a column of words.
    "@media (max-width: 840px)": { flexWrap: "wrap" },
    gap: tokens.spacingHorizontalS,
    padding: `8px ${tokens.spacingHorizontalL} 2px`,
  },
  title: { fontSize: tokens.fontSizeBase500, fontWeight: tokens.fontWeightSemibold, margin: 0 },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  end: {
    marginLeft: "auto",
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
  },
  body: { position: "relative", flex: 1, minHeight: 0, display: "flex" },
  rows: {
    position: "relative",
    flex: 1,
    minWidth: 0,
    display: "flex",
    flexDirection: "column",
    minHeight: 0,
  },
});

interface Props {
  filters: QueueFilters;
  onFilters: (filters: QueueFilters) => void;
  /** Puts the current row into the address without a step back to undo it. */
  onRow: (id: string | undefined) => void;
}

export function QueuePage(props: Props) {
  useTitle("Incidents");
  const mayRead = useMay("incidents:read");
  if (!mayRead) return <Forbidden what="Reading incidents" needs="viewer" />;
  return <ReadableQueue {...props} />;
}

function ReadableQueue({ filters, onFilters, onRow }: Props) {
  const styles = useStyles();
  const me = useMe();
  const query = apiQueryOf(filters, me.email).toString();
  const queue = useQueue(query);
  const counts = useCounts(query, queue);
  const selection = useSelection(queue.rows);
  const acts = useActs();
  const search = useRef<HTMLInputElement>(null);
  const control = useRef<ListControl>(null);
  const current = useCurrent(queue.rows, filters.row, onRow);
  const [isAsking, setAsking] = useState(false);
  const targets = targetsOf(selection, current);
  const onStatus = () => setAsking(true);
  const desk = { rows: queue.rows, current, selection, acts, targets, control, search, onStatus };
  const open = useQueueKeys(desk);
  const change = (local_status: LocalStatus) => {
    setAsking(false);
    acts.change(targets, { local_status });
  };
  const shown = current.isShown ? current.incident : undefined;
  const filter = { filters, onFilters };
  return (
    <div className={styles.root}>
      <QueueTop {...filter} queue={queue} query={query} current={current} />
      <FilterBar {...filter} counts={counts} owners={ownersOf(queue)} searchRef={search} />
      <div className={styles.body}>
        <div className={styles.rows}>
          <QueueBars queue={queue} />
          <QueueRows
            {...filter}
            queue={queue}
            current={current}
            onOpen={open}
            selection={selection}
            control={control}
          />
          <BulkBar selection={selection} acts={acts} />
        </div>
        <Suspense>
          {shown !== undefined && (
            <PreviewPane
              key={shown.id}
              incident={shown}
              acts={acts}
              onClose={current.hide}
              onStatus={onStatus}
            />
          )}
          {isAsking && targets.length > 0 && (
            <StatusDialog incidents={targets} onClose={() => setAsking(false)} onStatus={change} />
          )}
        </Suspense>
      </div>
    </div>
  );
}

/** What the keys and the dialog act on: the selected, or else the current one. */
function targetsOf(selection: Selection, { incident }: Current): IncidentSummary[] {
  if (selection.chosen.size > 0) return [...selection.chosen.values()];
  return incident === undefined ? [] : [incident];
}

interface TopProps extends FilterProps {
  queue: Queue;
  query: string;
  current: Current;
}

function QueueTop({ queue, query, current, filters, onFilters }: TopProps) {
  const styles = useStyles();
  return (
    <div className={styles.top}>
      <h1 className={styles.title}>Incidents</h1>
      <span className={styles.quiet}>{countWords(queue)}</span>
      <SavedViews filters={filters} onFilters={onFilters} />
      <div className={styles.end}>
        <SyncAge lastSyncedAt={queue.lastSyncedAt} syncs={queue.syncs} />
        <ExportButton query={query} />
        <PreviewSwitch isOn={current.isShown} onToggle={current.toggleShown} />
      </div>
    </div>
  );
}

function PreviewSwitch({ isOn, onToggle }: { isOn: boolean; onToggle: () => void }) {
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={<PanelRight20Regular />}
      aria-pressed={isOn}
      aria-label="Preview beside the queue"
      title={isOn ? "Hide the preview" : "Show a preview of the chosen incident"}
      onClick={onToggle}
    />
  );
}

const OWNERS_MAX = 30;

/** Who has incidents among the loaded ones. */
const ownersOf = ({ rows }: Queue): string[] =>
  [...new Set(rows.flatMap(({ assigned_to }) => assigned_to ?? []))]
    .toSorted()
    .slice(0, OWNERS_MAX);

function countWords(queue: Queue): string {
  if (queue.isLoading) return "";
  const loaded = queue.rows.length;
  if (queue.total !== undefined && queue.total > loaded) {
    return `${queue.total.toLocaleString("en")}, ${loaded.toLocaleString("en")} loaded`;
  }
  return queue.hasMore ? `${loaded} loaded, more below` : `${loaded}`;
}
