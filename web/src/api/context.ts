/** What every feature may ask for: the client, and whether this is the local run. */
import { createContext, use } from "react";

import type { ApiClient } from "./client.ts";
import type { LocalSignIn } from "./localSignIn.ts";

export interface Connection {
  api: ApiClient;
  /** Present only in the local run: the user picker and the demo panel stand on it. */
  local?: LocalSignIn | undefined;
}

const ConnectionContext = createContext<Connection | undefined>(undefined);
export const ConnectionProvider = ConnectionContext.Provider;

export function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (connection === undefined) throw new Error("No connection: the page is not inside its app.");
  return connection;
}

export const useApi = (): ApiClient => useConnection().api;
