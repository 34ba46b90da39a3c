/** What can be done with an incident: enrich, write back to Sentinel, investigate. */
import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { BranchFork16Regular } from "@fluentui/react-icons/svg/branch-fork";
import { CloudArrowUp16Regular } from "@fluentui/react-icons/svg/cloud-arrow-up";
import { Options16Regular } from "@fluentui/react-icons/svg/options";
import { SearchInfo20Regular } from "@fluentui/react-icons/svg/search-info";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { Failure } from "../../components/Notice.tsx";
import { useStart, usualStart } from "../sessions/queries.ts";
import { useMay } from "../signIn/me.ts";
import { type HeldIncident, useEnrich } from "./queries.ts";
import { useMayWriteBack } from "./useMayWriteBack.ts";

const StartDialog = lazy(async () => ({
  default: (await import("../sessions/StartDialog.tsx")).StartDialog,
}));
const WritebackDialog = lazy(async () => ({
  default: (await import("./WritebackDialog.tsx")).WritebackDialog,
}));

const useStyles = makeStyles({
  actions: { display: "flex", alignItems: "flex-start", gap: tokens.spacingHorizontalS },
});

const ANALYST_ONLY = "Takes the role analyst or admin";

export interface Steps {
  enrich: ReturnType<typeof useEnrich>;
  start: ReturnType<typeof useStart>;
  runEnrich: () => void;
  investigate: () => void;
}

/** @param provider As the page's address names it. */
export function useSteps(
  number: number,
  provider: string | undefined,
  providerId: string | undefined,
): Steps {
  const navigate = useNavigate();
  const enrich = useEnrich();
  const start = useStart();
  return {
    enrich,
    start,
    runEnrich: () => enrich.mutate({ number, provider }),
    investigate: () => {
      if (providerId === undefined) return;
      start.mutate(usualStart({ number, provider_id: providerId }), {
        onSuccess: ({ session_id: id }) => void navigate({ to: "/sessions/$id", params: { id } }),
      });
    },
  };
}

export function NextSteps({ held, steps }: { held: HeldIncident; steps: Steps }) {
  const styles = useStyles();
  const { incident } = held;
  const mayEnrich = useMay("incidents:write");
  const mayWriteBack = useMayWriteBack(incident.provider_id);
  const [isWriting, setWriting] = useState(false);
  const { enrich, start } = steps;
  return (
    <div>
      <div className={styles.actions}>
        <Button
          icon={enrich.isPending ? <Spinner size="tiny" /> : <BranchFork16Regular />}
          disabled={!mayEnrich || enrich.isPending}
          title={mayEnrich ? "Read the alerts and their entities ( e )" : ANALYST_ONLY}
          onClick={steps.runEnrich}
        >
          Enrich
        </Button>
        {mayWriteBack && (
          <Button
            icon={<CloudArrowUp16Regular />}
            title="Change the incident in Sentinel itself"
            onClick={() => setWriting(true)}
          >
            Write back…
          </Button>
        )}
        <InvestigateButtons incident={incident} steps={steps} />
      </div>
      {enrich.isError && <Failure error={enrich.error} onRetry={steps.runEnrich} />}
      {start.isError && <Failure error={start.error} onRetry={steps.investigate} />}
      {isWriting && (
        <Suspense>
          <WritebackDialog held={held} onClose={() => setWriting(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Starts at once with the usual choices, or asks for others. */
function InvestigateButtons({ incident, steps }: { incident: IncidentView; steps: Steps }) {
  const may = useMay("investigations:write");
  const [isStarting, setStarting] = useState(false);
  const { start } = steps;
  return (
    <>
      <Button
        appearance="primary"
        icon={start.isPending ? <Spinner size="tiny" /> : <SearchInfo20Regular />}
        disabled={!may || start.isPending}
        title={may ? "Start an investigation ( i )" : ANALYST_ONLY}
        onClick={steps.investigate}
      >
        Investigate
      </Button>
      {may && (
        <Button
          icon={<Options16Regular />}
          aria-label="Options for the investigation"
          title="Investigate with options: persona, time, budget"
          onClick={() => setStarting(true)}
        />
      )}
      {isStarting && (
        <Suspense>
          <StartDialog incident={incident} onClose={() => setStarting(false)} />
        </Suspense>
      )}
    </>
  );
}
