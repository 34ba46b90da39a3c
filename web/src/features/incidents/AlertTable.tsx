/** Alerts of an incident, as far as it was enriched. */
import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Table } from "../../components/Table.tsx";
import { Age, UtcTime } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";

export function AlertTable({ incident }: { incident: IncidentView }) {
  const { alerts, alert_count: count, enriched_at: enrichedAt } = incident;
  const missing = count - alerts.length;
  return (
    <Section
      title="Alerts"
      aside={
        <>
          {alerts.length} of {count}
          {enrichedAt !== undefined && (
            <>
              , enriched <Age at={enrichedAt} />
            </>
          )}
        </>
      }
    >
      {alerts.length === 0 ? (
        <Notice title={enrichedAt === undefined ? "Not enriched yet" : "No alert was found"}>
          {enrichedAt === undefined
            ? "Enrich reads the incident's alerts and the entities they name."
            : "Sentinel names alerts that SecurityAlert does not hold (yet)."}
        </Notice>
      ) : (
        <Table
          label="Alerts"
          head={["Severity", "Alert", "Product", "Status", "Tactics", "Started"]}
        >
          {alerts.map((alert) => (
            <tr key={alert.id}>
              <td>
                <Severity severity={alert.severity} />
              </td>
              <td>
                <OutsideText text={alert.name} />
              </td>
              <td>
                <OutsideText text={alert.product} />
              </td>
              <td>
                <OutsideText text={alert.status} />
              </td>
              <td>
                <OutsideText text={alert.tactics.map(plainWords).join(", ")} />
              </td>
              <td>{alert.started_at === null ? "" : <UtcTime at={alert.started_at} />}</td>
            </tr>
          ))}
        </Table>
      )}
      {alerts.length > 0 && missing > 0 && <p>{missing} more are not in SecurityAlert (yet).</p>}
    </Section>
  );
}
