/** Who the reader is and what they may do, known before any page shows. */
import { queryOptions } from "@tanstack/react-query";
import { createContext, use } from "react";

import type { Permission, Principal } from "../../../../shared/schemas/principal.ts";
import type { ApiClient } from "../../api/client.ts";

export const meOptions = (api: ApiClient) =>
  queryOptions({
    queryKey: ["me"],
    queryFn: () => api.read<Principal>("/api/v1/me"),
    staleTime: Infinity,
  });

const MeContext = createContext<Principal | undefined>(undefined);
export const MeProvider = MeContext.Provider;

export function useMe(): Principal {
  const me = use(MeContext);
  if (me === undefined) throw new Error("Nobody is signed in here.");
  return me;
}

/** False makes a control say why it is off; the server refuses anyway. */
export const useMay = (permission: Permission): boolean => useMe().permissions.includes(permission);
