/** The page on Azure: people sign in with Microsoft and come back to the address they asked for. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { ApiClient } from "../api/client.ts";
import type { EntraConfig } from "../api/config.ts";
import { ConnectionProvider } from "../api/context.ts";
import { EntraSignIn } from "../api/entraSignIn.ts";
import { Failure } from "../components/Notice.tsx";
import { SkeletonRows } from "../components/SkeletonRows.tsx";
import { MicrosoftSignIn } from "../features/signIn/MicrosoftSignIn.tsx";
import { CacheOfOneUser } from "./CacheOfOneUser.tsx";

export function EntraRun({ config }: { config: EntraConfig }) {
  const opened = useQuery({
    queryKey: ["entra"],
    queryFn: () => EntraSignIn.open(config),
    staleTime: Infinity,
    retry: false,
  });
  if (opened.isPending) return <SkeletonRows rows={4} label="Signing in" />;
  if (opened.isError) {
    return <Failure error={opened.error} onRetry={() => void opened.refetch()} />;
  }
  const entra = opened.data;
  if (entra.user === undefined) return <MicrosoftSignIn entra={entra} />;
  return <Connected entra={entra} user={entra.user} base={config.api_base} />;
}

interface ConnectedProps {
  entra: EntraSignIn;
  user: string;
  base: string;
}

function Connected({ entra, user, base }: ConnectedProps) {
  const connection = useMemo(() => ({ api: new ApiClient(entra, base), entra }), [entra, base]);
  return (
    <ConnectionProvider value={connection}>
      <CacheOfOneUser key={user} />
    </ConnectionProvider>
  );
}
