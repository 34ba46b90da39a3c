/** What Sentinel says about the incident. */
import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { OutsideLink } from "../../components/OutsideLink.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Tag } from "../../components/Tag.tsx";
import { UtcTime } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";

const useStyles = makeStyles({
  facts: {
    display: "grid",
    gap: "6px",
    margin: "8px 0 0",
    fontSize: tokens.fontSizeBase200,
  },
  one: { display: "grid", gridTemplateColumns: "104px minmax(0, 1fr)", gap: "10px" },
  term: { color: tokens.colorNeutralForeground2 },
  value: {
    margin: 0,
    display: "flex",
    flexWrap: "wrap",
    gap: "4px",
    overflowWrap: "anywhere",
    fontVariantNumeric: "tabular-nums",
  },
});

function Fact({ term, children }: { term: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.one}>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.value}>{children}</dd>
    </div>
  );
}

const orUnknown = (at: string | null): ReactNode =>
  at === null ? "not known" : <UtcTime at={at} />;

export function IncidentFacts({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  return (
    <Section title="From Sentinel">
      <dl className={styles.facts}>
        <Fact term="First activity">{orUnknown(incident.first_activity_at)}</Fact>
        <Fact term="Last activity">{orUnknown(incident.last_activity_at)}</Fact>
        <Fact term="Created">{orUnknown(incident.created_at)}</Fact>
        {incident.closed_at !== null && <Fact term="Closed">{orUnknown(incident.closed_at)}</Fact>}
        <Fact term="Source">
          <OutsideText text={`${incident.source_provider} ${incident.source_incident_id}`} />
        </Fact>
        <Fact term="Workspace">
          <OutsideText text={incident.provider} />
        </Fact>
        <Fact term="Products">
          <OutsideText text={incident.products.join(", ") || "none named"} />
        </Fact>
        {incident.classification_reason !== null && (
          <Fact term="Closed because">
            <OutsideText text={plainWords(incident.classification_reason)} />
          </Fact>
        )}
        {incident.owner !== null && (
          <Fact term="Owner">
            <OutsideText text={incident.owner.name ?? incident.owner.email ?? "not named"} />
          </Fact>
        )}
        <Fact term="Tactics">
          {[...incident.tactics.map(plainWords), ...incident.techniques].map((name) => (
            <Tag key={name}>
              <OutsideText text={name} />
            </Tag>
          ))}
        </Fact>
        {incident.labels.length > 0 && (
          <Fact term="Labels">
            {incident.labels.map((label) => (
              <Tag key={label}>
                <OutsideText text={label} />
              </Tag>
            ))}
          </Fact>
        )}
        {incident.incident_url !== null && (
          <Fact term="Portal">
            <OutsideLink href={incident.incident_url}>Open the incident</OutsideLink>
          </Fact>
        )}
      </dl>
    </Section>
  );
}
