/** /incidents: the queue; its filters are the address. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

import type { QueueFilters } from "../features/incidents/filters.ts";
import { QueuePage } from "../features/incidents/QueuePage.tsx";

export function IncidentsRoute() {
  const filters = useSearch({ from: "/incidents" });
  const navigate = useNavigate({ from: "/incidents" });
  const onFilters = useCallback(
    (next: QueueFilters) => {
      void navigate({ to: "/incidents", search: next });
    },
    [navigate],
  );
  return <QueuePage filters={filters} onFilters={onFilters} />;
}
