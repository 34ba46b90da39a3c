/** What every feature may ask for: the client, and in which way people signed in. */
import { createContext, use } from "react";

import type { ApiClient } from "./client.ts";
import type { EntraSignIn } from "./entraSignIn.ts";
import type { LocalSignIn } from "./localSignIn.ts";

export interface Connection {
  api: ApiClient;
  /** Present only in the local run: the user picker and the demo panel stand on it. */
  local?: LocalSignIn | undefined;
  /** Present only where people sign in with Microsoft. */
  entra?: EntraSignIn | undefined;
}

const ConnectionContext = createContext<Connection | undefined>(undefined);
export const ConnectionProvider = ConnectionContext.Provider;

export function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (connection === undefined) throw new Error("No connection: the page is not inside its app.");
  return connection;
}

export const useApi = (): ApiClient => useConnection().api;
