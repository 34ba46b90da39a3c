/** What the pages of the administration have in common: who may see them, and the way between them. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { Permission } from "../../../../shared/schemas/principal.ts";
import { useTitle } from "../../components/useTitle.ts";
import { Forbidden } from "../signIn/Forbidden.tsx";
import { useMay, useMe } from "../signIn/me.ts";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "1240px" },
  nav: {
    display: "flex",
    flexWrap: "wrap",
    gap: `0 ${tokens.spacingHorizontalL}`,
    marginBottom: tokens.spacingVerticalM,
  },
  link: {
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    padding: "4px 0",
    borderBottom: "2px solid transparent",
    "&[data-status=active]": { borderBottomColor: tokens.colorBrandStroke1 },
  },
});

const PAGES: readonly {
  to: "/admin/api-keys" | "/admin/users" | "/admin/health" | "/admin/audit";
  name: string;
  permission: Permission;
}[] = [
  { to: "/admin/api-keys", name: "API keys", permission: "api_keys:manage" },
  { to: "/admin/users", name: "Users", permission: "users:manage" },
  { to: "/admin/health", name: "Health", permission: "health:read" },
  { to: "/admin/audit", name: "Audit", permission: "audit:read" },
];

interface Props {
  title: string;
  permission: Permission;
  children: ReactNode;
}

export function AdminFrame({ title, permission, children }: Props) {
  const styles = useStyles();
  useTitle(title);
  const me = useMe();
  if (!useMay(permission)) return <Forbidden what={`The page ${title}`} needs="admin" />;
  return (
    <div className={styles.root}>
      <nav aria-label="Administration" className={styles.nav}>
        {PAGES.filter((page) => me.permissions.includes(page.permission)).map(({ to, name }) => (
          <Link key={to} to={to} search={{}} className={styles.link}>
            {name}
          </Link>
        ))}
      </nav>
      {children}
    </div>
  );
}
