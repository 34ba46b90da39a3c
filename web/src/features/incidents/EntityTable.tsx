/** Entities of an incident's alerts; indicators are copied defanged. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { CopyButtons } from "../../components/CopyButtons.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { Tag } from "../../components/Tag.tsx";
import { plainWords } from "../../components/words.ts";

const useStyles = makeStyles({
  value: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
  type: { whiteSpace: "nowrap" },
  empty: { margin: "6px 0", color: tokens.colorNeutralForeground2 },
});

export function EntityTable({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const entities = incident.entities.toSorted((a, b) => a.type.localeCompare(b.type));
  return (
    <Section title="Entities" aside={entities.length}>
      {entities.length === 0 ? (
        <p className={styles.empty}>
          {incident.enriched_at === undefined
            ? "Entities appear when the incident is enriched."
            : "The alerts name no entity."}
        </p>
      ) : (
        <Table label="Entities" head={["Type", "Value", "", "Known as", "Alerts"]}>
          {entities.map((entity) => (
            <tr key={entity.id}>
              <td className={styles.type}>{plainWords(entity.type)}</td>
              <td className={styles.value}>
                <OutsideText text={entity.value} limit={160} />
              </td>
              <td>
                <CopyButtons value={entity.value} />
              </td>
              <td>
                {entity.private && <Tag>private</Tag>}{" "}
                {!entity.strong && <Tag>weak identifier</Tag>}{" "}
                <OutsideText text={entity.aliases.join(", ")} limit={48} />
              </td>
              <td>{new Set(entity.sources.map((source) => source.alert_id)).size}</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
