/** How the page caches and retries: failures that another try may cure get two more, others none. */
import { QueryClient } from "@tanstack/react-query";

import { isFinal, retryDelayOf } from "../api/problem.ts";

export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        // Being offline is shown as such; paused queries would look like loading for ever.
        networkMode: "always",
        retry: (failures, error) => failures < 2 && !isFinal(error),
        retryDelay: retryDelayOf,
      },
      mutations: { networkMode: "always" },
    },
  });
