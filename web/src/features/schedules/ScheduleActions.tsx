/** What can be done with a schedule; what cannot be done now is not offered. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { ScheduleView } from "../../../../shared/schemas/schedules.ts";
import { ConfirmDialog } from "../../components/ConfirmDialog.tsx";
import { Failure } from "../../components/Notice.tsx";
import { useMay } from "../signIn/me.ts";
import { useScheduleAct } from "./queries.ts";

const useStyles = makeStyles({
  root: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center" },
  edit: { padding: "3px 8px", color: tokens.colorBrandForegroundLink },
});

interface Props {
  schedule: ScheduleView;
  onDeleted: () => void;
}

export function ScheduleActions({ schedule, onDeleted }: Props) {
  const styles = useStyles();
  const act = useScheduleAct(schedule.id);
  const mayWrite = useMay("schedules:write");
  const mayRun = useMay("schedules:run");
  const { status } = schedule;
  return (
    <>
      <div className={styles.root}>
        {mayRun && (
          <Button
            size="small"
            appearance="primary"
            disabled={act.isPending || schedule.last_run_status === "running"}
            onClick={() => act.mutate("run")}
          >
            Run now
          </Button>
        )}
        {mayWrite && status === "ACTIVE" && (
          <Button size="small" disabled={act.isPending} onClick={() => act.mutate("pause")}>
            Pause
          </Button>
        )}
        {mayWrite && (status === "PAUSED" || status === "FAILED") && (
          <Button size="small" disabled={act.isPending} onClick={() => act.mutate("resume")}>
            Resume
          </Button>
        )}
        {mayWrite && (
          <>
            <Link
              to="/schedules/$id"
              params={{ id: schedule.id }}
              search={{ edit: "form" }}
              className={styles.edit}
            >
              Edit
            </Link>
            <DeleteSchedule id={schedule.id} onDeleted={onDeleted} />
          </>
        )}
      </div>
      {act.isError && <Failure error={act.error} />}
    </>
  );
}

function DeleteSchedule({ id, onDeleted }: { id: string; onDeleted: () => void }) {
  const act = useScheduleAct(id);
  const [isAsking, setAsking] = useState(false);
  const ask = (isOpen: boolean) => {
    act.reset();
    setAsking(isOpen);
  };
  return (
    <>
      <Button size="small" appearance="subtle" onClick={() => ask(true)}>
        Delete
      </Button>
      {isAsking && (
        <ConfirmDialog
          title="Delete this schedule?"
          act="Delete"
          isPending={act.isPending}
          error={act.error}
          onConfirm={() => act.mutate("delete", { onSuccess: onDeleted })}
          onClose={() => ask(false)}
        >
          <p>It runs no more and leaves the list. The sessions of its runs stay.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
