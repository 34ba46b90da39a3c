/** What the check of the audit chain found, day by day. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { AuditVerification } from "../../../../shared/schemas/audit.ts";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { StateWord } from "./StateWord.tsx";

const useStyles = makeStyles({
  hash: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
});

export function Verification({ found }: { found: AuditVerification }) {
  const styles = useStyles();
  const { is_whole, from, to, entries, days } = found;
  return (
    <Section title="The chain" aside={`${from} to ${to}`}>
      <output>
        <StateWord
          state={is_whole ? "ok" : "failed"}
          word={
            is_whole
              ? `Whole: ${entries} entries are as they were written.`
              : "Not whole: something was changed behind the product's back."
          }
        />
      </output>
      {days.length > 0 && (
        <Table
          label="Days"
          head={["Day", "Entries", "State", "Hash of the last entry"]}
          amounts={[1]}
        >
          {days.map((day) => (
            <tr key={day.day}>
              <td>{day.day}</td>
              <td>{day.entries}</td>
              <td>
                <StateWord
                  state={day.is_whole ? "ok" : "failed"}
                  word={day.is_whole ? "Whole" : day.detail}
                />
              </td>
              <td className={styles.hash}>{day.last_hash ?? "none"}</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
