/** /incidents: the queue; its filters are the address. */
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

import type { QueueFilters } from "../features/incidents/filters.ts";
import { QueuePage } from "../features/incidents/QueuePage.tsx";

export function IncidentsRoute() {
  const filters = useSearch({ from: "/incidents" });
  const navigate = useNavigate({ from: "/incidents" });
  const { history } = useRouter();
  // The page stays while the next one loads: what it still has to say would lead the reader back.
  const isLeft = useCallback(() => history.location.pathname !== "/incidents", [history]);
  const onFilters = useCallback(
    (next: QueueFilters) => {
      if (!isLeft()) void navigate({ to: "/incidents", search: next });
    },
    [navigate, isLeft],
  );
  const onRow = useCallback(
    (row: string | undefined) => {
      if (isLeft()) return;
      void navigate({
        to: "/incidents",
        search: (before) => ({ ...before, row }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate, isLeft],
  );
  return <QueuePage filters={filters} onFilters={onFilters} onRow={onRow} />;
}
