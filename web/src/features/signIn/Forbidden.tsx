/** A page the reader may not use: which role it takes, which they have, and who can change that. */
import { Notice } from "../../components/Notice.tsx";
import { useMe } from "./me.ts";

interface Props {
  /** Begins the sentence: "Reading incidents". */
  what: string;
  /** The least role that allows it. */
  needs: "viewer" | "analyst" | "admin";
}

export function Forbidden({ what, needs }: Props) {
  const me = useMe();
  const own = me.roles.length === 0 ? "no role" : `the role ${me.roles.join(" and ")}`;
  return (
    <Notice title={`This page takes the role ${needs}`}>
      {what} takes the role {needs}, and {me.name} has {own} here. An administrator of your tenant
      can assign it, under the app&#39;s users and groups in Microsoft Entra ID.
    </Notice>
  );
}
