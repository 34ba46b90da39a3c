/** Who the program is to the Azure services that it calls. */
import { AzureCliCredential, ManagedIdentityCredential } from "@azure/identity";
import type { TokenCredential } from "@azure/identity";

export interface IdentityOptions {
  /** Client id of the user-assigned identity. */
  clientId: string;
  /** Where the host hands out its identities' tokens; `undefined` on a developer's machine. */
  identityEndpoint: string | undefined;
}

/** The host's managed identity, or on a developer's machine whoever has signed in with `az login`. */
export function createCredential({ clientId, identityEndpoint }: IdentityOptions): TokenCredential {
  return identityEndpoint === undefined
    ? new AzureCliCredential()
    : new ManagedIdentityCredential({ clientId });
}
