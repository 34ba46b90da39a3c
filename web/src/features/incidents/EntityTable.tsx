/** Entities of an incident's alerts; indicators are copied defanged. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import type { IncidentEntities } from "../../../../shared/schemas/incidentsRelated.ts";
import { useApi } from "../../api/context.ts";
import { CopyButtons } from "../../components/CopyButtons.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Table } from "../../components/Table.tsx";
import { Tag } from "../../components/Tag.tsx";
import { plainWords } from "../../components/words.ts";
import { entitiesOptions } from "./related.ts";

const useStyles = makeStyles({
  value: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
  type: { whiteSpace: "nowrap" },
  link: { color: tokens.colorBrandForegroundLink },
  empty: { margin: "6px 0", color: tokens.colorNeutralForeground2 },
});

export function EntityTable({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const known = useKnown(incident);
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
        <Table label="Entities" head={["Type", "Value", "", "Known as", "Alerts", "Elsewhere"]}>
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
              <td>
                <Elsewhere known={known.get(entity.id)} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

type Known = IncidentEntities["items"][number]["known"];

/** What other incidents tell of each entity, by its id; empty until that is known. */
function useKnown(incident: IncidentView): ReadonlyMap<string, Known> {
  const options = entitiesOptions(useApi(), incident);
  const found = useQuery({ ...options, enabled: incident.entities.length > 0 });
  return new Map((found.data?.items ?? []).map(({ id, known }) => [id, known]));
}

function Elsewhere({ known }: { known: Known | undefined }) {
  const styles = useStyles();
  if (known === undefined || known === null) return null;
  if (known.incidents === 0) return <>only here</>;
  const count = `${known.incidents}${known.is_more ? "+" : ""}`;
  return (
    <>
      in {count} other {known.incidents === 1 ? "incident" : "incidents"}{" "}
      {known.latest.slice(0, 3).map((number) => (
        <Fragment key={number}>
          <Link to="/incidents/$number" params={{ number: String(number) }} className={styles.link}>
            #{number}
          </Link>{" "}
        </Fragment>
      ))}
    </>
  );
}
