/** The rows, or what stands in their place. */
import type { RefObject } from "react";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { Failure } from "../../components/Notice.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { EmptyQueue } from "./EmptyQueue.tsx";
import type { FilterProps } from "./filters.ts";
import { SORTS } from "./filters.ts";
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
  return <EmptyQueue filters={filters} onFilters={onFilters} syncs={queue.syncs} />;
}
