/** /graph, loaded when opened; the entity, the depth and the date are the address. */
import { createLazyRoute } from "@tanstack/react-router";

import { GraphPage } from "../features/graph/GraphPage.tsx";

export const Route = createLazyRoute("/graph")({ component: GraphRoute });

function GraphRoute() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <GraphPage asked={search} onAsk={(next) => void navigate({ to: "/graph", search: next })} />
  );
}
