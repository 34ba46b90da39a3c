/** The entities that matter most: strong identifiers, named by many alerts, of the outside world. */
import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { CopyButtons } from "../../components/CopyButtons.tsx";
import { madeVisible } from "../../components/outsideCharacters.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Tag } from "../../components/Tag.tsx";
import { plainWords } from "../../components/words.ts";
import { alertsOf, topEntities } from "./derived.ts";

const SHOWN_MAX = 8;

const useStyles = makeStyles({
  list: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(min(400px, 100%), 1fr))",
    gap: "0 24px",
    listStyleType: "none",
    margin: "4px 0 0",
    padding: 0,
    fontSize: tokens.fontSizeBase200,
  },
  one: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    minHeight: "32px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  type: { width: "86px", flexShrink: 0, color: tokens.colorNeutralForeground2 },
  value: {
    flex: 1,
    minWidth: 0,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    fontFamily: tokens.fontFamilyMonospace,
  },
  count: { color: tokens.colorNeutralForeground2, whiteSpace: "nowrap" },
  empty: { margin: "6px 0", color: tokens.colorNeutralForeground2 },
});

export function TopEntities({ incident, more }: { incident: IncidentView; more: ReactNode }) {
  const styles = useStyles();
  const { entities } = incident;
  return (
    <Section
      title="Top entities"
      aside={entities.length > SHOWN_MAX ? `${SHOWN_MAX} of ${entities.length}` : entities.length}
      end={entities.length > 0 && more}
    >
      {entities.length === 0 && (
        <p className={styles.empty}>
          {incident.enriched_at === undefined
            ? "Entities appear when the incident is enriched."
            : "The alerts name no entity."}
        </p>
      )}
      <ul className={styles.list} aria-label="Top entities">
        {topEntities(incident, SHOWN_MAX).map((entity) => {
          const count = alertsOf(entity);
          return (
            <li key={entity.id} className={styles.one}>
              <span className={styles.type}>{plainWords(entity.type)}</span>
              <span className={styles.value} title={madeVisible(entity.value)}>
                <OutsideText text={entity.value} limit={400} />
              </span>
              {entity.private && <Tag>private</Tag>}
              <span className={styles.count}>
                {count} {count === 1 ? "alert" : "alerts"}
              </span>
              <CopyButtons value={entity.value} />
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
