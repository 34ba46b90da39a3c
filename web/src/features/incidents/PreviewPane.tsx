/** The chosen incident beside the queue: enough to decide what to do with it, and the ways to do it. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Tag } from "../../components/Tag.tsx";
import { LOCAL_STATUS_WORD, plainWords, STATUS_WORD, titleWords } from "../../components/words.ts";
import { useMay, useMe } from "../signIn/me.ts";
import { Conditions } from "./Conditions.tsx";
import { PreviewFacts } from "./PreviewFacts.tsx";
import { useIncidentOptions, useProviderParam } from "./queries.ts";
import type { Acts } from "./useActs.ts";

const useStyles = makeStyles({
  root: {
    width: "400px",
    flexShrink: 0,
    boxSizing: "border-box",
    overflowY: "auto",
    padding: "14px 18px 28px",
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 1080px)": {
      position: "absolute",
      zIndex: 6,
      top: 0,
      right: 0,
      bottom: 0,
      maxWidth: "calc(100% - 40px)",
      boxShadow: tokens.shadow28,
    },
  },
  top: { display: "flex", alignItems: "center", gap: "10px", fontSize: tokens.fontSizeBase200 },
  close: { marginLeft: "auto" },
  title: {
    margin: "6px 0 8px",
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: "anywhere",
  },
  link: {
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    ":hover": { textDecorationLine: "underline" },
  },
  number: { color: tokens.colorNeutralForeground3, fontWeight: tokens.fontWeightRegular },
  tags: { display: "flex", flexWrap: "wrap", gap: "4px", marginBottom: "10px" },
  acts: { display: "flex", flexWrap: "wrap", gap: "6px", margin: "4px 0 16px" },
});

interface Props {
  incident: IncidentSummary;
  acts: Acts;
  onClose: () => void;
  onStatus: () => void;
}

export function PreviewPane({ incident, acts, onClose, onStatus }: Props) {
  const styles = useStyles();
  const provider = useProviderParam()(incident.provider_id);
  const whole = useQuery(useIncidentOptions({ number: incident.number, provider }));
  const tags = [...incident.tactics.map(plainWords), ...incident.tags];
  return (
    <aside className={styles.root} aria-label={`Preview of #${incident.number}`}>
      <div className={styles.top}>
        <Severity severity={incident.local_severity ?? incident.severity} />
        <span>{STATUS_WORD[incident.status]}</span>
        {incident.local_status !== "new" && (
          <span>here: {LOCAL_STATUS_WORD[incident.local_status]}</span>
        )}
        <Button
          className={styles.close}
          size="small"
          appearance="subtle"
          icon={<Dismiss16Regular />}
          aria-label="Close the preview"
          title="Close ( Esc )"
          onClick={onClose}
        />
      </div>
      <h2 className={styles.title}>
        <Link
          to="/incidents/$number"
          params={{ number: String(incident.number) }}
          search={{ provider }}
          className={styles.link}
        >
          <span className={styles.number}>#{incident.number}</span>{" "}
          <OutsideText text={titleWords(incident.title)} limit={240} />
        </Link>
      </h2>
      <Conditions incident={incident} />
      {tags.length > 0 && (
        <div className={styles.tags}>
          {tags.map((tag) => (
            <Tag key={tag}>
              <OutsideText text={tag} />
            </Tag>
          ))}
        </div>
      )}
      <PreviewActs incident={incident} acts={acts} onStatus={onStatus} provider={provider} />
      <PreviewFacts incident={incident} whole={whole.data?.incident} error={whole.error} />
    </aside>
  );
}

interface ActsProps extends Pick<Props, "incident" | "acts" | "onStatus"> {
  provider: string | undefined;
}

function PreviewActs({ incident, acts, onStatus, provider }: ActsProps) {
  const styles = useStyles();
  const me = useMe();
  const mayWrite = useMay("incidents:write");
  const mayInvestigate = useMay("investigations:write");
  const email = me.email;
  const { number } = incident;
  return (
    <div className={styles.acts}>
      {mayInvestigate && (
        <Button
          size="small"
          appearance="primary"
          title="Investigate ( i )"
          disabled={acts.isBusy}
          onClick={() => acts.investigate(incident)}
        >
          Investigate
        </Button>
      )}
      {mayWrite && email !== undefined && incident.assigned_to !== email && (
        <Button
          size="small"
          title="Assign to me ( a )"
          disabled={acts.isBusy}
          onClick={() => acts.change([incident], { assigned_to: email })}
        >
          Assign to me
        </Button>
      )}
      {mayWrite && (
        <Button size="small" title="Set the status ( s )" disabled={acts.isBusy} onClick={onStatus}>
          Status
        </Button>
      )}
      {mayWrite && (
        <Button
          size="small"
          title="Enrich ( e )"
          disabled={acts.isBusy}
          onClick={() => acts.enrich(incident)}
        >
          Enrich
        </Button>
      )}
      <OpenLink number={number} provider={provider} />
    </div>
  );
}

function OpenLink({ number, provider }: { number: number; provider: string | undefined }) {
  const styles = useOpenStyles();
  return (
    <Link
      to="/incidents/$number"
      params={{ number: String(number) }}
      search={{ provider }}
      className={styles.root}
      title="Open ( Enter )"
    >
      Open
    </Link>
  );
}

const useOpenStyles = makeStyles({
  root: {
    display: "inline-flex",
    alignItems: "center",
    height: "24px",
    boxSizing: "border-box",
    padding: "0 8px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1,
    fontSize: tokens.fontSizeBase200,
    textDecorationLine: "none",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
});
