/** The page from the outside in: theme, cache, configuration, sign-in; the signed-in page does the rest. */
import { FluentProvider, makeStyles, tokens } from "@fluentui/react-components";
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo, useState, useSyncExternalStore } from "react";

import { ApiClient } from "../api/client.ts";
import { loadConfig } from "../api/config.ts";
import { ConnectionProvider } from "../api/context.ts";
import { LocalSignIn } from "../api/localSignIn.ts";
import { Failure } from "../components/Notice.tsx";
import { SkeletonRows } from "../components/SkeletonRows.tsx";
import { UserPicker } from "../features/signIn/UserPicker.tsx";
import { CacheOfOneUser } from "./CacheOfOneUser.tsx";
import { makeQueryClient } from "./queryClient.ts";
import { ThemeChoiceProvider, THEMES, useSystemThemeOrChoice } from "./theme.ts";

/** Only where it is needed: Microsoft's library is large. */
const EntraRun = lazy(async () => ({ default: (await import("./EntraRun.tsx")).EntraRun }));

const useStyles = makeStyles({
  root: {
    height: "100%",
    display: "flex",
    flexDirection: "column",
    backgroundColor: tokens.colorNeutralBackground1,
    fontSize: tokens.fontSizeBase300,
    "@media print": { display: "block", height: "auto" },
  },
});

const FULL_HEIGHT = { height: "100%" };

export function App() {
  const styles = useStyles();
  const choice = useSystemThemeOrChoice();
  return (
    // Fluent copies this element's class to every portal: what is only for the page stands below it.
    <FluentProvider theme={THEMES[choice.name]} style={FULL_HEIGHT}>
      <ThemeChoiceProvider value={choice}>
        <div className={styles.root}>
          <Start />
        </div>
      </ThemeChoiceProvider>
    </FluentProvider>
  );
}

function Start() {
  const [client] = useState(makeQueryClient);
  return (
    <QueryClientProvider client={client}>
      <Configured />
    </QueryClientProvider>
  );
}

function Configured() {
  const config = useQuery({ queryKey: ["config"], queryFn: loadConfig, staleTime: Infinity });
  if (config.isPending) return <SkeletonRows rows={4} label="Starting" />;
  if (config.isError) {
    return <Failure error={config.error} onRetry={() => void config.refetch()} />;
  }
  if (config.data.sign_in === "entra") {
    return (
      <Suspense fallback={<SkeletonRows rows={4} label="Starting" />}>
        <EntraRun config={config.data} />
      </Suspense>
    );
  }
  return <LocalRun />;
}

/** The local run: a demo user is picked, whose tokens come from the local issuer. */
function LocalRun() {
  const [local] = useState(() => new LocalSignIn());
  const user = useSyncExternalStore(local.subscribe, local.user);
  const connection = useMemo(() => ({ api: new ApiClient(local), local }), [local]);
  return (
    <ConnectionProvider value={connection}>
      {user === undefined ? <UserPicker local={local} /> : <CacheOfOneUser key={user} />}
    </ConnectionProvider>
  );
}
