/** /search, loaded when opened; the question and its filters are the address. */
import { createLazyRoute } from "@tanstack/react-router";

import { SearchPage } from "../features/search/SearchPage.tsx";

export const Route = createLazyRoute("/search")({ component: SearchRoute });

function SearchRoute() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  return (
    <SearchPage
      asked={search}
      onAsk={(next) => void navigate({ to: "/search", search: next, replace: true })}
    />
  );
}
