/** Alerts of an incident, as far as it was enriched; the newest that Sentinel holds of each. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { IncidentAlert, IncidentView } from "../../../../shared/schemas/incidents.ts";
import { CopyButtons } from "../../components/CopyButtons.tsx";
import { Notice } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Ago, UtcTime } from "../../components/Time.tsx";
import { plainWords } from "../../components/words.ts";
import { VirtualTable } from "../../components/VirtualTable.tsx";
import type { Column } from "../../components/VirtualTable.tsx";
import { alertNumber } from "./alertCount.ts";

const useStyles = makeStyles({
  note: {
    margin: "0 0 8px",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
  name: { display: "flex", alignItems: "center", gap: "4px" },
  text: { flex: 1, minWidth: 0 },
  quiet: { display: "block", color: tokens.colorNeutralForeground2 },
  time: { fontVariantNumeric: "tabular-nums" },
});

export function AlertTable({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const { alerts, alert_count: count, enriched_at: enrichedAt } = incident;
  const missing = Math.max(count - alerts.length, 0);
  if (alerts.length === 0) {
    return (
      <Notice title={enrichedAt === undefined ? "Not enriched yet" : "No alert was found"}>
        {enrichedAt === undefined
          ? "Enriching reads the incident's alerts and the entities they name: the button is above, the key is e."
          : "Sentinel names alerts that SecurityAlert does not hold (yet)."}
      </Notice>
    );
  }
  return (
    <>
      <p className={styles.note}>
        {count < alerts.length ? alertNumber(incident) : `${alerts.length} of ${count}`}
        {enrichedAt !== undefined && (
          <>
            , read <Ago at={enrichedAt} />
          </>
        )}
        {missing > 0 && `; ${missing} more are not in SecurityAlert (yet)`}
      </p>
      <VirtualTable
        label="Alerts"
        columns={columnsOf(styles)}
        rows={alerts}
        keyOf={({ id }) => id}
      />
    </>
  );
}

const columnsOf = (styles: ReturnType<typeof useStyles>): Column<IncidentAlert>[] => [
  {
    head: "Severity",
    width: "104px",
    cell: ({ severity, stated_severity: stated }) => (
      <>
        <Severity severity={severity} />
        {stated !== null && (
          <span className={styles.quiet}>
            written as <OutsideText text={stated} limit={40} />
          </span>
        )}
      </>
    ),
  },
  {
    head: "Alert",
    width: undefined,
    cell: ({ name, id }) => (
      <span className={styles.name} title={`Alert id ${id}`}>
        <span className={styles.text}>
          <OutsideText text={name} limit={200} />
        </span>
        <CopyButtons value={id} />
      </span>
    ),
  },
  {
    head: "Product",
    width: "18%",
    cell: ({ product }) => <OutsideText text={product} />,
  },
  { head: "Status", width: "84px", cell: ({ status }) => <OutsideText text={status} /> },
  {
    head: "Tactics and techniques",
    width: "18%",
    cell: ({ tactics, techniques }) => (
      <OutsideText text={[...tactics.map(plainWords), ...techniques].join(", ")} />
    ),
  },
  {
    head: "Entities",
    width: "68px",
    isNumber: true,
    cell: ({ entity_ids: ids }) => ids.length,
  },
  {
    head: "Started",
    width: "160px",
    cell: ({ started_at: at }) =>
      at === null ? (
        ""
      ) : (
        <span className={styles.time}>
          <UtcTime at={at} />
        </span>
      ),
  },
];
