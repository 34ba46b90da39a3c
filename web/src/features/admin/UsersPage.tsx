/** Admin > Users: who has signed in, with what role. */
import { useInfiniteQuery } from "@tanstack/react-query";

import { useApi } from "../../api/context.ts";
import { Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { itemsOf, Paged } from "../../components/Paged.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { Age, UtcTime } from "../../components/Time.tsx";
import { AdminFrame } from "./AdminFrame.tsx";
import { usersOptions } from "./queries.ts";

export const UsersPage = () => (
  <AdminFrame title="Users" permission="users:manage">
    <Users />
  </AdminFrame>
);

function Users() {
  const found = useInfiniteQuery(usersOptions(useApi()));
  const newest = found.hasNextPage ? "the newest " : "";
  const count = found.isSuccess ? `${newest}${itemsOf(found).length}` : undefined;
  return (
    <Section title="Users" isPage aside={count}>
      <Paged found={found} what="users" empty={undefined} more="Show more people">
        {(items) => (
          <Table label="Users" head={["Name", "E-mail", "Role", "Last seen", "First seen"]}>
            {items.map((user) => (
              <tr key={user.id}>
                <td>
                  <OutsideText text={user.name} />
                </td>
                <td>{user.email === null ? "none" : <OutsideText text={user.email} />}</td>
                <td>{user.roles.join(", ")}</td>
                <td>
                  <Age at={user.last_seen_at} />
                </td>
                <td>
                  <UtcTime at={user.created_at} />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Paged>
      <Notice title="People appear here when they sign in">
        Roles are given in Microsoft Entra ID (app roles Soc.Admin, Soc.Analyst, Soc.Viewer) and
        hold from the next sign-in. The role shown is the one of the last sign-in.
      </Notice>
    </Section>
  );
}
