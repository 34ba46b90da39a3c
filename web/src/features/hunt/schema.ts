/** What queries on a provider may name: tables with columns, and functions. */
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";

import type { KqlSchemaReply } from "../../../../shared/schemas/hunting.ts";
import type { ApiClient } from "../../api/client.ts";

export type WorkspaceNames = z.infer<typeof KqlSchemaReply>;

/** The server keeps it for as long; a workspace gets a new column once in a while. */
const FRESH_MS = 10 * 60_000;

/** @param provider an id; undefined for the default one. */
export const schemaOptions = (api: ApiClient, provider: string | undefined) =>
  queryOptions({
    queryKey: ["kql", "schema", provider ?? ""],
    queryFn: ({ signal }) => {
      const of = provider === undefined ? "" : `?provider=${encodeURIComponent(provider)}`;
      return api.read<WorkspaceNames>(`/api/v1/kql/schema${of}`, { signal });
    },
    staleTime: FRESH_MS,
    retry: false,
  });
