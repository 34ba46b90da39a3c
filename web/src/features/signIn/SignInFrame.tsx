/** The frame of the page before anybody is signed in. */
import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

import { Logo } from "../../components/Logo.tsx";

const useStyles = makeStyles({
  root: {
    margin: "8vh auto 0",
    width: "min(520px, 92vw)",
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
  },
  title: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    margin: 0,
    fontSize: tokens.fontSizeBase600,
    fontWeight: tokens.fontWeightSemibold,
  },
});

export function SignInFrame({ children }: { children: ReactNode }) {
  const styles = useStyles();
  return (
    <main className={styles.root}>
      <h1 className={styles.title}>
        <Logo /> Sign in to SoCMate
      </h1>
      {children}
    </main>
  );
}
