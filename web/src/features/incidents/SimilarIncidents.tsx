/** Incidents that resemble this one, and why. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import type { SimilarReason } from "../../../../shared/schemas/incidentsRelated.ts";
import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Section } from "../../components/Section.tsx";
import { Severity } from "../../components/Severity.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { Table } from "../../components/Table.tsx";
import { Age } from "../../components/Time.tsx";
import { plainWords, STATUS_WORD } from "../../components/words.ts";
import { similarOptions } from "./related.ts";

const useStyles = makeStyles({
  empty: { margin: "6px 0", color: tokens.colorNeutralForeground2 },
  link: { color: tokens.colorBrandForegroundLink },
});

export function SimilarIncidents({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const found = useQuery(similarOptions(useApi(), incident));
  const items = found.data?.items ?? [];
  return (
    <Section title="Similar incidents" aside={found.isSuccess ? items.length : undefined}>
      {found.isPending && <SkeletonRows rows={2} label="Looking for similar incidents" />}
      {found.isError && found.data === undefined && (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      )}
      {found.isSuccess && items.length === 0 && (
        <p className={styles.empty}>
          {found.data.compared_at === undefined
            ? "Incidents are compared once this one is enriched."
            : "No other incident shares its entities, title or tactics."}
        </p>
      )}
      {items.length > 0 && (
        <Table
          label="Similar incidents"
          head={["Incident", "Severity", "Status", "Why", "Created"]}
        >
          {items.map((one) => (
            <tr key={`${one.provider_id}.${one.number}`}>
              <td>
                <Link
                  to="/incidents/$number"
                  params={{ number: String(one.number) }}
                  className={styles.link}
                >
                  #{one.number} <OutsideText text={one.title} limit={120} />
                </Link>
              </td>
              <td>
                <Severity severity={one.severity} />
              </td>
              <td>
                {STATUS_WORD[one.status]}
                {one.classification !== null && `, ${plainWords(one.classification).toLowerCase()}`}
              </td>
              <td>
                <OutsideText text={one.reasons.map(reasonWords).join("; ")} limit={240} />
              </td>
              <td>
                <Age at={one.created_at} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

function reasonWords(reason: SimilarReason): string {
  switch (reason.kind) {
    case "entity": {
      const others = `${reason.incidents}${reason.is_more ? "+" : ""}`;
      return `${plainWords(reason.type)} ${reason.value} (in ${others} incidents)`;
    }
    case "title":
      return "the same title";
    case "tactics":
      return `tactics ${reason.shared.map(plainWords).join(", ")}`;
    default:
      return reason satisfies never;
  }
}
