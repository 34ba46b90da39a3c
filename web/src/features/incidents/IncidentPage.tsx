/** One incident: what happened, what to do next, and the analysts' own work on it. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";

import { ApiError } from "../../api/problem.ts";
import { Failure, Notice } from "../../components/Notice.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { useTitle } from "../../components/useTitle.ts";
import { IncidentSessions } from "../sessions/IncidentSessions.tsx";
import { Forbidden } from "../signIn/Forbidden.tsx";
import { useMay, useMe } from "../signIn/me.ts";
import { ActivityList } from "./ActivityList.tsx";
import { AlertTable } from "./AlertTable.tsx";
import { useEditor } from "./edit.ts";
import { EditOutcome } from "./EditOutcome.tsx";
import { EntityList } from "./EntityList.tsx";
import type { FieldProps } from "./fields.ts";
import { IncidentHeader } from "./IncidentHeader.tsx";
import { useSteps } from "./NextSteps.tsx";
import { Overview } from "./Overview.tsx";
import { useIncidentOptions } from "./queries.ts";
import type { HeldIncident, IncidentRef } from "./queries.ts";
import { useSeen } from "./seen.ts";
import { TabBar } from "./TabBar.tsx";
import type { Tab } from "./tabs.ts";
import { useIncidentKeys } from "./useIncidentKeys.ts";
import { useNotesDraft } from "./useNotesDraft.ts";
import type { NotesDraft } from "./useNotesDraft.ts";

const StatusDialog = lazy(async () => ({
  default: (await import("./StatusDialog.tsx")).StatusDialog,
}));

const useStyles = makeStyles({
  root: {
    display: "flex",
    flexDirection: "column",
    boxSizing: "border-box",
    minHeight: "100%",
    padding: `10px ${tokens.spacingHorizontalL} 24px`,
  },
  stale: { color: "var(--severityMedium)", fontSize: tokens.fontSizeBase200 },
  panel: { paddingTop: "14px", flex: 1, minHeight: 0, display: "flex", flexDirection: "column" },
});

interface Props {
  of: IncidentRef;
  tab: Tab;
  onTab: (tab: Tab) => void;
}

export function IncidentPage({ of, tab, onTab }: Props) {
  const styles = useStyles();
  const mayRead = useMay("incidents:read");
  const held = useQuery({ ...useIncidentOptions(of), enabled: mayRead });
  if (!mayRead) return <Forbidden what="Reading incidents" needs="viewer" />;
  if (held.isPending) return <SkeletonRows rows={10} label="Loading the incident" />;
  if (held.data === undefined) {
    if (held.error instanceof ApiError && held.error.problem.status === 404) {
      return (
        <Notice
          title={`There is no incident #${of.number}`}
          actions={<Link to="/incidents">Go to the incidents</Link>}
        >
          It may belong to another workspace, or it was never synchronised here.
        </Notice>
      );
    }
    return <Failure error={held.error} onRetry={() => void held.refetch()} />;
  }
  return (
    <article className={styles.root}>
      {held.isError && (
        <output className={styles.stale}>This may be old: the last refresh failed.</output>
      )}
      <Loaded of={of} held={held.data} tab={tab} onTab={onTab} />
    </article>
  );
}

function Loaded({ of, held, tab, onTab }: Props & { held: HeldIncident }) {
  const styles = useStyles();
  const { incident } = held;
  useTitle(`#${incident.number} ${incident.title}`);
  const { mark } = useSeen();
  useEffect(() => mark(incident.id), [mark, incident.id]);
  const me = useMe();
  const editor = useEditor(of);
  const mayWrite = useMay("incidents:write");
  const notes = useNotesDraft(me.id, incident.id, incident.notes);
  const steps = useSteps(of.number, of.provider, incident.provider_id);
  const [isAsking, setAsking] = useState(false);
  const props: FieldProps = { incident, editor, mayWrite };
  useIncidentKeys({ ...props, steps, onTab, onStatus: () => setAsking(true) });
  return (
    <>
      <IncidentHeader {...props} etag={held.etag} steps={steps} />
      <EditOutcome
        editor={editor}
        onDecided={(patch) => {
          if ("notes" in patch) notes.drop();
        }}
      />
      <TabBar incident={incident} tab={tab} onTab={onTab} />
      <div
        className={styles.panel}
        role="tabpanel"
        id={`panel-${tab}`}
        aria-labelledby={`tab-${tab}`}
      >
        <Panel tab={tab} onTab={onTab} notes={notes} {...props} />
      </div>
      {isAsking && (
        <Suspense>
          <StatusDialog
            incidents={[incident]}
            onClose={() => setAsking(false)}
            onStatus={(local_status) => {
              setAsking(false);
              const base = { local_status: incident.local_status };
              void editor.save({ patch: { local_status }, base });
            }}
          />
        </Suspense>
      )}
    </>
  );
}

interface PanelProps extends FieldProps {
  tab: Tab;
  onTab: (tab: Tab) => void;
  notes: NotesDraft;
}

function Panel({ tab, onTab, ...props }: PanelProps) {
  const { incident } = props;
  switch (tab) {
    case "overview":
      return <Overview {...props} onTab={onTab} />;
    case "alerts":
      return <AlertTable incident={incident} />;
    case "entities":
      return <EntityList incident={incident} />;
    case "activity":
      return <ActivityList incident={incident} />;
    case "investigations":
      return <IncidentSessions number={incident.number} />;
    default:
      return tab satisfies never;
  }
}
