/** Says that tokens can no longer be renewed; what is on the page stays until its reader leaves for Microsoft's sign-in. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useSyncExternalStore } from "react";

import type { EntraSignIn } from "../../api/entraSignIn.ts";

const useStyles = makeStyles({
  root: {
    display: "flex",
    justifyContent: "center",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
    padding: "4px",
    fontSize: tokens.fontSizeBase200,
    backgroundColor: tokens.colorPaletteYellowBackground1,
    color: tokens.colorNeutralForeground1,
  },
});

export function SignInEnded({ entra }: { entra: EntraSignIn }) {
  const styles = useStyles();
  const hasEnded = useSyncExternalStore(entra.subscribe, entra.hasEnded);
  if (!hasEnded) return null;
  return (
    <div role="alert" className={styles.root}>
      Your sign-in has ended. Nothing more can be loaded or saved until you sign in again.
      <Button size="small" onClick={() => void entra.signIn()}>
        Sign in again
      </Button>
    </div>
  );
}
