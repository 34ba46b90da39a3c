/** The permissions and roles that a connection needs, with commands that grant them. */
import { makeStyles, tokens } from "@fluentui/react-components";

import { CopyText } from "../../components/CopyText.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import {
  consentCommand,
  permissionCommand,
  PERMISSIONS,
  roleCommand,
  ROLES,
} from "./requirements.ts";
import type { CommandValues } from "./requirements.ts";

const useStyles = makeStyles({
  text: {
    margin: "6px 0",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  nowrap: { whiteSpace: "nowrap" },
  command: { minWidth: "320px" },
});

export function Requirements({ values }: { values: CommandValues }) {
  const styles = useStyles();
  return (
    <>
      <Section title="Azure app registration requirements">
        <p className={styles.text}>
          Grant these as Application permissions (not Delegated), then grant admin consent. Without
          them, queries and incident sync fail.
        </p>
        <Table label="App permissions" head={["Permission", "Type", "Purpose", "Command"]}>
          {PERMISSIONS.map((permission) => (
            <tr key={permission.name}>
              <td className={styles.nowrap}>
                {permission.api} &gt; {permission.name}
              </td>
              <td>Application</td>
              <td>{permission.purpose}</td>
              <td className={styles.command}>
                <CopyText
                  text={permissionCommand(permission, values)}
                  what={`the command for ${permission.name}`}
                />
              </td>
            </tr>
          ))}
          <tr>
            <td className={styles.nowrap}>Admin consent</td>
            <td>Once</td>
            <td>Make the three take effect</td>
            <td className={styles.command}>
              <CopyText text={consentCommand(values)} what="the command for admin consent" />
            </td>
          </tr>
        </Table>
      </Section>
      <Section title="Azure roles on the workspace">
        <p className={styles.text}>
          Permissions alone answer 403: the application also needs a role on the workspace. A new
          role can take up to an hour to act.
        </p>
        <Table label="Workspace roles" head={["Role", "Purpose", "Command"]}>
          {ROLES.map(({ name, purpose }) => (
            <tr key={name}>
              <td className={styles.nowrap}>{name}</td>
              <td>{purpose}</td>
              <td className={styles.command}>
                <CopyText text={roleCommand(name, values)} what={`the command for ${name}`} />
              </td>
            </tr>
          ))}
        </Table>
      </Section>
    </>
  );
}
