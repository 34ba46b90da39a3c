/** Title, state and the next steps of an incident. */
import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { BranchFork16Regular } from "@fluentui/react-icons/svg/branch-fork";
import { SearchInfo20Regular } from "@fluentui/react-icons/svg/search-info";
import { useNavigate } from "@tanstack/react-router";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Tag } from "../../components/Tag.tsx";
import { Age } from "../../components/Time.tsx";
import {
  CONDITION_WORD,
  LOCAL_STATUS_WORD,
  plainWords,
  STATUS_WORD,
} from "../../components/words.ts";
import { useStartInvestigation } from "../sessions/queries.ts";
import { useMay } from "../signIn/me.ts";
import { useEnrich } from "./queries.ts";

const useStyles = makeStyles({
  root: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL, marginBottom: "16px" },
  words: { flex: 1, minWidth: "320px" },
  title: {
    margin: "0 0 4px",
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: "anywhere",
  },
  number: { color: tokens.colorNeutralForeground3, fontVariantNumeric: "tabular-nums" },
  line: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "4px 12px",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  actions: { display: "flex", alignItems: "flex-start", gap: tokens.spacingHorizontalS },
});

export function IncidentHeader({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  return (
    <header className={styles.root}>
      <div className={styles.words}>
        <h1 className={styles.title}>
          <span className={styles.number}>#{incident.number}</span>{" "}
          <OutsideText text={incident.title} />
        </h1>
        <div className={styles.line}>
          <Severity severity={incident.local_severity ?? incident.severity} />
          <span>
            Sentinel: <b>{STATUS_WORD[incident.status]}</b>
          </span>
          <span>
            Here: <b>{LOCAL_STATUS_WORD[incident.local_status]}</b>
          </span>
          {incident.classification !== null && <Tag>{plainWords(incident.classification)}</Tag>}
          <span>{incident.assigned_to ?? "assigned to nobody"}</span>
          <span>
            changed <Age at={incident.last_modified_at} />
          </span>
          {incident.conditions.map((condition) => (
            <Tag key={condition}>{CONDITION_WORD[condition]}</Tag>
          ))}
          {!incident.sync.settled && <Tag>still settling</Tag>}
          {incident.sync.late_alerts > 0 && <Tag>{incident.sync.late_alerts} late alerts</Tag>}
        </div>
      </div>
      <NextSteps incident={incident} />
    </header>
  );
}

function NextSteps({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const navigate = useNavigate();
  const enrich = useEnrich(incident.number);
  const start = useStartInvestigation();
  const mayEnrich = useMay("incidents:write");
  const mayInvestigate = useMay("investigations:write");
  const investigate = () =>
    start.mutate(incident, {
      onSuccess: ({ session_id: id }) => void navigate({ to: "/sessions/$id", params: { id } }),
    });
  return (
    <div>
      <div className={styles.actions}>
        <Button
          icon={enrich.isPending ? <Spinner size="tiny" /> : <BranchFork16Regular />}
          disabled={!mayEnrich || enrich.isPending}
          title={
            mayEnrich ? "Read the alerts and their entities" : "Takes the role analyst or admin"
          }
          onClick={() => enrich.mutate()}
        >
          Enrich
        </Button>
        <Button
          appearance="primary"
          icon={start.isPending ? <Spinner size="tiny" /> : <SearchInfo20Regular />}
          disabled={!mayInvestigate || start.isPending}
          title={mayInvestigate ? "Start an investigation" : "Takes the role analyst or admin"}
          onClick={investigate}
        >
          Investigate
        </Button>
      </div>
      {enrich.isError && <Failure error={enrich.error} onRetry={() => enrich.mutate()} />}
      {start.isError && <Failure error={start.error} onRetry={investigate} />}
    </div>
  );
}
