/** Each user gets a cache of their own: nothing one person saw is ever shown to the next. */
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";

import { makeQueryClient } from "./queryClient.ts";
import { SignedIn } from "./SignedIn.tsx";

/** Give it the user as `key`. */
export function CacheOfOneUser() {
  const [client] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={client}>
      <SignedIn />
    </QueryClientProvider>
  );
}
