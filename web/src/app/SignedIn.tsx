/** The page of somebody who is signed in: their permissions, the server's clock, the routes. */
import { Button } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { RouterHistory } from "@tanstack/react-router";
import { useState } from "react";

import { useConnection } from "../api/context.ts";
import { ClockProvider } from "../components/clock.tsx";
import { Failure } from "../components/Notice.tsx";
import { SkeletonRows } from "../components/SkeletonRows.tsx";
import { meOptions, MeProvider } from "../features/signIn/me.ts";
import { makeRouter } from "./router.tsx";

/** `history` is given by tests; the browser's otherwise. */
export function SignedIn({ history }: { history?: RouterHistory }) {
  const { api, local, entra } = useConnection();
  const [router] = useState(() => makeRouter(history));
  const me = useQuery(meOptions(api));
  const clock = useQuery({
    queryKey: ["local", "clock"],
    queryFn: async () => {
      const { now } = await api.read<{ now: string }>("/local/clock");
      return Date.parse(now) - Date.now();
    },
    enabled: local !== undefined,
    staleTime: Infinity,
  });
  if (me.isPending) return <SkeletonRows rows={4} label="Signing in" />;
  if (me.isError) {
    return (
      <>
        <Failure error={me.error} onRetry={() => void me.refetch()} />
        {local !== undefined && (
          <Button onClick={() => local.signOut()}>Choose another user</Button>
        )}
        {entra !== undefined && (
          <Button onClick={() => void entra.signIn(true)}>Sign in with another account</Button>
        )}
      </>
    );
  }
  return (
    <MeProvider value={me.data}>
      <ClockProvider offsetMs={clock.data ?? 0}>
        <RouterProvider router={router} />
      </ClockProvider>
    </MeProvider>
  );
}
