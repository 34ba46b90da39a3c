/** Why the queue has no rows, and a way out: no provider, a first sync that runs or fails, filters, or no incident at all. */
import { Button, Spinner } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";

import { Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { useMay } from "../signIn/me.ts";
import { type FilterProps, isFiltering } from "./filters.ts";
import { isFirstSyncRunning } from "./firstSync.ts";
import type { SyncOfProvider } from "./queries.ts";

interface Props extends FilterProps {
  syncs: readonly SyncOfProvider[];
}

export function EmptyQueue({ filters, onFilters, syncs }: Props) {
  const isShort = filters.timespan !== "P90D";
  const further = isShort && (
    <Button size="small" onClick={() => onFilters({ ...filters, timespan: "P90D" })}>
      Look 90 days back
    </Button>
  );
  if (isFirstSyncRunning(syncs)) {
    return (
      <Notice title="The first sync is running">
        The incidents of {syncs.map(({ provider }) => provider).join(", ")} show here by themselves
        in a moment. <Spinner size="extra-tiny" aria-label="Waiting for incidents" />
      </Notice>
    );
  }
  const failing = syncs.filter((sync) => sync.last_synced_at === null && sync.error !== undefined);
  if (failing.length > 0) {
    return (
      <Notice title="The first sync has failed so far">
        {failing.map(({ provider_id: id, provider, error }) => (
          <span key={id}>
            {provider}: <OutsideText text={error?.detail ?? ""} limit={400} />
          </span>
        ))}
        <span>It is tried again every few minutes.</span>
      </Notice>
    );
  }
  if (isFiltering(filters)) {
    return (
      <Notice
        title="No incident matches"
        actions={
          <>
            <Button
              size="small"
              appearance="primary"
              onClick={() => onFilters({ timespan: filters.timespan })}
            >
              Clear filters
            </Button>
            {further}
          </>
        }
      >
        Nothing in this time range fits these filters.
      </Notice>
    );
  }
  if (syncs.length === 0) return <NoProvider />;
  return (
    <Notice title="No incidents yet" actions={further}>
      The workspace reported no incident in this time range. The next synchronisation fills this
      page by itself. <Spinner size="extra-tiny" aria-label="Waiting for incidents" />
    </Notice>
  );
}

function NoProvider() {
  const mayConnect = useMay("providers:manage");
  return (
    <Notice
      title="No SIEM provider is connected"
      actions={mayConnect && <Link to="/admin/siem-providers">Connect a Sentinel workspace</Link>}
    >
      {mayConnect
        ? "Incidents come from the workspaces that are connected."
        : "An administrator connects a Sentinel workspace under Admin > SIEM Providers."}
    </Notice>
  );
}
