/** The rows, or why there are none and a way out. */
import { Button, Spinner } from "@fluentui/react-components";
import type { RefObject } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import type { FilterProps } from "./filters.ts";
import { isFiltering, SORTS } from "./filters.ts";
import { IncidentList } from "./IncidentList.tsx";
import type { ListControl } from "./IncidentList.tsx";
import type { Current } from "./useCurrent.ts";
import type { Queue } from "./useQueue.ts";
import type { Selection } from "./useSelection.ts";

interface Props extends FilterProps {
  queue: Queue;
  current: Current;
  onOpen: (incident: IncidentSummary) => void;
  selection: Selection;
  control: RefObject<ListControl | null>;
}

export function QueueRows({ queue, filters, onFilters, current, ...rest }: Props) {
  if (queue.isLoading) return <SkeletonRows rows={12} label="Loading incidents" />;
  if (queue.rows.length > 0) {
    return (
      <IncidentList
        {...rest}
        rows={queue.rows}
        total={queue.total}
        hasMore={queue.hasMore}
        loadMore={queue.loadMore}
        current={current.incident?.id}
        onCurrent={current.choose}
        sort={filters.sort}
        onSort={(sort) =>
          onFilters({ ...filters, sort: sort === SORTS[0].value ? undefined : sort })
        }
      />
    );
  }
  if (queue.error !== null && queue.error !== undefined && !queue.isStale) {
    return <Failure error={queue.error} onRetry={queue.retry} />;
  }
  return <Empty filters={filters} onFilters={onFilters} />;
}

function Empty({ filters, onFilters }: FilterProps) {
  const isShort = filters.timespan !== "P90D";
  const further = isShort && (
    <Button size="small" onClick={() => onFilters({ ...filters, timespan: "P90D" })}>
      Look 90 days back
    </Button>
  );
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
  return (
    <Notice title="No incidents yet" actions={further}>
      The workspace reported no incident in this time range. The next synchronisation fills this
      page by itself. <Spinner size="extra-tiny" aria-label="Waiting for incidents" />
    </Notice>
  );
}
