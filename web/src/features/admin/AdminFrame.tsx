/** What the pages of the administration have in common: who may see them. */
import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

import type { Permission } from "../../../../shared/schemas/principal.ts";
import { useTitle } from "../../components/useTitle.ts";
import { Forbidden } from "../signIn/Forbidden.tsx";
import { useMay } from "../signIn/me.ts";

const useStyles = makeStyles({
  root: { padding: `10px ${tokens.spacingHorizontalL} 40px`, maxWidth: "1240px" },
});

interface Props {
  title: string;
  permission: Permission;
  children: ReactNode;
}

export function AdminFrame({ title, permission, children }: Props) {
  const styles = useStyles();
  useTitle(title);
  if (!useMay(permission)) return <Forbidden what={`The page ${title}`} needs="admin" />;
  return <div className={styles.root}>{children}</div>;
}
