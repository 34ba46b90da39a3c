/** The body of the preview: times, what is said of it, its entities, alerts and last verdict. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { IncidentSummary, IncidentView } from "../../../../shared/schemas/incidents.ts";
import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Severity } from "../../components/Severity.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { Age } from "../../components/Time.tsx";
import { plainWords, SESSION_STATUS_WORD, VERDICT_WORD } from "../../components/words.ts";
import { incidentSessionsOptions } from "../sessions/queries.ts";
import { descriptionOf, topEntities } from "./derived.ts";

const ENTITIES_MAX = 6;
const ALERTS_MAX = 5;

const useStyles = makeStyles({
  facts: {
    display: "grid",
    gridTemplateColumns: "110px minmax(0, 1fr)",
    gap: "4px 10px",
    margin: "0 0 16px",
    fontSize: tokens.fontSizeBase200,
    "& dt": { color: tokens.colorNeutralForeground2 },
    "& dd": { margin: 0, overflowWrap: "anywhere" },
  },
  heading: {
    margin: "0 0 4px",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
  },
  part: { marginBottom: "16px", fontSize: tokens.fontSizeBase200, lineHeight: "18px" },
  text: { margin: 0, whiteSpace: "pre-wrap", overflowWrap: "anywhere" },
  quiet: {
    margin: 0,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    lineHeight: "18px",
  },
  list: { listStyleType: "none", margin: 0, padding: 0 },
  one: {
    display: "flex",
    gap: "10px",
    padding: "3px 0",
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  type: { width: "84px", flexShrink: 0, color: tokens.colorNeutralForeground2 },
  mono: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere", minWidth: 0 },
  link: { color: tokens.colorBrandForegroundLink },
});

interface Props {
  incident: IncidentSummary;
  /** Undefined until it was read. */
  whole: IncidentView | undefined;
  error: unknown;
}

export function PreviewFacts({ incident, whole, error }: Props) {
  const styles = useStyles();
  return (
    <>
      <dl className={styles.facts}>
        <dt>Assigned to</dt>
        <dd>{incident.assigned_to ?? "Nobody"}</dd>
        <dt>Last activity</dt>
        <dd>
          {incident.last_activity_at === null ? (
            "not known"
          ) : (
            <Age at={incident.last_activity_at} />
          )}
        </dd>
        <dt>Created</dt>
        <dd>
          <Age at={incident.created_at} />
        </dd>
        <dt>Workspace</dt>
        <dd>
          <OutsideText text={incident.provider} />
        </dd>
        <LastVerdict number={incident.number} />
      </dl>
      {whole === undefined && error === null && (
        <SkeletonRows rows={4} label="Loading the preview" />
      )}
      {whole === undefined && error !== null && <Failure error={error} />}
      {whole !== undefined && <Told incident={whole} />}
    </>
  );
}

/** What the last investigation found. */
function LastVerdict({ number }: { number: number }) {
  const styles = useStyles();
  const [last] = useQuery(incidentSessionsOptions(useApi(), number)).data?.items ?? [];
  return (
    <>
      <dt>Verdict</dt>
      <dd>
        {last === undefined ? (
          "not investigated"
        ) : (
          <Link to="/sessions/$id" params={{ id: last.id }} className={styles.link}>
            {last.verdict === null
              ? SESSION_STATUS_WORD[last.status]
              : `${VERDICT_WORD[last.verdict]} ${last.confidence?.toFixed(2) ?? ""}`}
          </Link>
        )}
      </dd>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <section className={styles.part}>
      <h3 className={styles.heading}>{title}</h3>
      {children}
    </section>
  );
}

function Told({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const description = descriptionOf(incident);
  const { alerts, entities } = incident;
  return (
    <>
      {description !== undefined && (
        <Part title={description.isDerived ? "Derived from its alerts" : "Description"}>
          <p className={styles.text}>
            <OutsideText text={description.text} limit={360} />
          </p>
        </Part>
      )}
      {entities.length > 0 && (
        <Part title={`Entities, ${Math.min(ENTITIES_MAX, entities.length)} of ${entities.length}`}>
          <ul className={styles.list}>
            {topEntities(incident, ENTITIES_MAX).map((entity) => (
              <li key={entity.id} className={styles.one}>
                <span className={styles.type}>{plainWords(entity.type)}</span>
                <span className={styles.mono}>
                  <OutsideText text={entity.value} limit={80} />
                </span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {alerts.length > 0 && (
        <Part title={`Alerts, ${Math.min(ALERTS_MAX, alerts.length)} of ${alerts.length}`}>
          <ul className={styles.list}>
            {alerts.slice(0, ALERTS_MAX).map((alert) => (
              <li key={alert.id} className={styles.one}>
                <span className={styles.type}>
                  <Severity severity={alert.severity} />
                </span>
                <OutsideText text={alert.name} limit={100} />
              </li>
            ))}
          </ul>
        </Part>
      )}
      {incident.enriched_at === undefined && (
        <p className={styles.quiet}>
          Alerts and entities appear once it is enriched; that happens by itself while it settles.
        </p>
      )}
    </>
  );
}
