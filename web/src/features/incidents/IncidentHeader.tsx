/** Title and state of an incident, the fields that analysts own, and the next steps. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { ArrowLeft16Regular } from "@fluentui/react-icons/svg/arrow-left";
import { Link } from "@tanstack/react-router";

import { OutsideText } from "../../components/OutsideText.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Tag } from "../../components/Tag.tsx";
import { Ago } from "../../components/Time.tsx";
import { plainWords, STATUS_WORD, titleWords } from "../../components/words.ts";
import { alertWords } from "./alertCount.ts";
import { Conditions } from "./Conditions.tsx";
import type { FieldProps } from "./fields.ts";
import { HeaderFields } from "./HeaderFields.tsx";
import { NextSteps } from "./NextSteps.tsx";
import type { Steps } from "./NextSteps.tsx";
import { useSyncs } from "./queries.ts";
import { SyncAge } from "./SyncAge.tsx";

const useStyles = makeStyles({
  crumbs: {
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "16px",
    marginBottom: "4px",
    fontSize: tokens.fontSizeBase200,
  },
  back: {
    display: "inline-flex",
    alignItems: "center",
    gap: "4px",
    color: tokens.colorNeutralForeground2,
    textDecorationLine: "none",
    ":hover": { textDecorationLine: "underline" },
  },
  top: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL },
  words: { flex: 1, minWidth: "min(320px, 100%)" },
  title: {
    margin: "0 0 6px",
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: "anywhere",
  },
  number: {
    color: tokens.colorNeutralForeground3,
    fontWeight: tokens.fontWeightRegular,
    fontVariantNumeric: "tabular-nums",
  },
  line: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "4px 14px",
    marginBottom: "8px",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
});

interface Props extends FieldProps {
  etag: string | undefined;
  steps: Steps;
}

export function IncidentHeader({ etag, steps, ...props }: Props) {
  const { incident } = props;
  const styles = useStyles();
  return (
    <header>
      <div className={styles.crumbs}>
        <Link to="/incidents" className={styles.back}>
          <ArrowLeft16Regular aria-hidden /> Incidents
        </Link>
        <SyncOf providerId={incident.provider_id} />
      </div>
      <div className={styles.top}>
        <div className={styles.words}>
          <h1 className={styles.title}>
            <span className={styles.number}>#{incident.number}</span>{" "}
            <OutsideText text={titleWords(incident.title)} />
          </h1>
          <div className={styles.line}>
            <Severity severity={incident.local_severity ?? incident.severity} />
            <span>
              In Sentinel: <b>{STATUS_WORD[incident.status]}</b>
            </span>
            {incident.classification !== null && <Tag>{plainWords(incident.classification)}</Tag>}
            <span>{alertWords(incident)}</span>
            <span>
              created <Ago at={incident.created_at} />
            </span>
            <span>
              changed <Ago at={incident.last_modified_at} />
            </span>
          </div>
        </div>
        <NextSteps held={{ incident, etag }} steps={steps} />
      </div>
      <Conditions incident={incident} />
      <HeaderFields {...props} />
    </header>
  );
}

/** The last synchronisation of the incident's own workspace. */
function SyncOf({ providerId }: { providerId: string }) {
  const one = useSyncs().data?.syncs.find(({ provider_id }) => provider_id === providerId);
  if (one === undefined) return <span />;
  return <SyncAge lastSyncedAt={one.last_synced_at} syncs={[one]} />;
}
