/** The frame around every page: header, menu, what is wrong with the connection, the page. */
import {
  Button,
  Link as FluentLink,
  makeStyles,
  mergeClasses,
  tokens,
} from "@fluentui/react-components";
import { Beaker20Regular } from "@fluentui/react-icons/svg/beaker";
import { SignOut20Regular } from "@fluentui/react-icons/svg/sign-out";
import { WeatherMoon20Regular } from "@fluentui/react-icons/svg/weather-moon";
import { WeatherSunny20Regular } from "@fluentui/react-icons/svg/weather-sunny";
import { Link, Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import { useConnection } from "../api/context.ts";
import type { EntraSignIn } from "../api/entraSignIn.ts";
import { Logo } from "../components/Logo.tsx";
import { Bell } from "../features/notifications/Bell.tsx";
import { Shortcuts } from "../features/shortcuts/Shortcuts.tsx";
import { useMe } from "../features/signIn/me.ts";
import { SignInEnded } from "../features/signIn/SignInEnded.tsx";
import { Menu } from "./Menu.tsx";
import { OfflineBar } from "./OfflineBar.tsx";
import { useThemeChoice } from "./theme.ts";

const DemoPanel = lazy(async () => ({
  default: (await import("../features/demo/DemoPanel.tsx")).DemoPanel,
}));

const useStyles = makeStyles({
  header: {
    display: "flex",
    alignItems: "center",
    // On a telephone the header takes a second line; nothing in it breaks or is cut.
    flexWrap: "wrap",
    gap: `0 ${tokens.spacingHorizontalS}`,
    minHeight: "44px",
    whiteSpace: "nowrap",
    flexShrink: 0,
    padding: `0 ${tokens.spacingHorizontalL}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground3,
    "@media print": { display: "none" },
  },
  brand: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    padding: "6px 0",
    marginRight: tokens.spacingHorizontalL,
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    textDecorationLine: "none",
  },
  end: { marginLeft: "auto", minWidth: 0, display: "flex", alignItems: "center", gap: "4px" },
  who: {
    display: "flex",
    flexDirection: "column",
    alignItems: "flex-end",
    lineHeight: "15px",
    marginLeft: tokens.spacingHorizontalS,
    fontSize: tokens.fontSizeBase200,
    // The buttons beside it do not shrink; on a telephone the name does, and its title says all.
    flexShrink: 1,
    minWidth: 0,
    "& > span": { maxWidth: "100%", overflow: "hidden", textOverflow: "ellipsis" },
  },
  quiet: { color: tokens.colorNeutralForeground2 },
  body: {
    flex: 1,
    minHeight: 0,
    display: "flex",
    "@media (max-width: 840px)": { flexDirection: "column" },
    "@media print": { display: "block" },
  },
  content: {
    flex: 1,
    minWidth: 0,
    minHeight: 0,
    display: "flex",
    "@media print": { display: "block" },
  },
  // On paper the page goes on; it does not scroll.
  main: { flex: 1, minWidth: 0, overflowY: "auto", "@media print": { overflowY: "visible" } },
  skip: {
    position: "absolute",
    left: "8px",
    top: "-60px",
    ":focus": { top: "8px", zIndex: 10 },
  },
});

export function Shell() {
  const styles = useStyles();
  const { local, entra } = useConnection();
  const [isDemoOpen, setDemoOpen] = useState(false);
  return (
    <>
      <FluentLink href="#main" className={styles.skip}>
        Skip to the page
      </FluentLink>
      <header className={styles.header}>
        <Link to="/incidents" className={styles.brand}>
          <Logo /> SoCMate
        </Link>
        <div className={styles.end}>
          <Shortcuts />
          {local !== undefined && (
            <Button
              appearance="subtle"
              size="small"
              icon={<Beaker20Regular />}
              aria-expanded={isDemoOpen}
              onClick={() => setDemoOpen(!isDemoOpen)}
            >
              Demo
            </Button>
          )}
          <ThemeButton />
          <Bell />
          <Who />
          {entra !== undefined && <SignOutButton entra={entra} />}
        </div>
      </header>
      <OfflineBar />
      {entra !== undefined && <SignInEnded entra={entra} />}
      <div className={styles.body}>
        <Menu />
        <div className={styles.content}>
          <main id="main" className={styles.main} tabIndex={-1}>
            <Outlet />
          </main>
          {isDemoOpen && local !== undefined && (
            <Suspense>
              <DemoPanel local={local} onClose={() => setDemoOpen(false)} />
            </Suspense>
          )}
        </div>
      </div>
    </>
  );
}

const SignOutButton = ({ entra }: { entra: EntraSignIn }) => (
  <Button
    appearance="subtle"
    size="small"
    icon={<SignOut20Regular />}
    aria-label="Sign out"
    title="Sign out"
    onClick={() => void entra.signOut()}
  />
);

function ThemeButton() {
  const { name, choose } = useThemeChoice();
  const next = name === "dark" ? "light" : "dark";
  return (
    <Button
      appearance="subtle"
      size="small"
      icon={name === "dark" ? <WeatherSunny20Regular /> : <WeatherMoon20Regular />}
      aria-label={`Use the ${next} theme`}
      title={`Use the ${next} theme`}
      onClick={() => choose(next)}
    />
  );
}

function Who() {
  const styles = useStyles();
  const me = useMe();
  return (
    <div className={styles.who} title={me.email ?? me.id}>
      <span>{me.name}</span>
      <span className={mergeClasses(styles.quiet)}>
        {me.roles[0] ?? "no role"} · {me.email?.split("@")[1] ?? me.tenant_id}
      </span>
    </div>
  );
}
