/** What can be done with a schedule; what cannot be done now is not offered. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { ScheduleView } from "../../../../shared/schemas/schedules.ts";
import { Modal } from "../../components/Modal.tsx";
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
  const [isDeleting, setDeleting] = useState(false);
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
            <Button size="small" appearance="subtle" onClick={() => setDeleting(true)}>
              Delete
            </Button>
          </>
        )}
      </div>
      {act.isError && <Failure error={act.error} />}
      {isDeleting && (
        <DeleteDialog
          isBusy={act.isPending}
          onDelete={() => act.mutate("delete", { onSuccess: onDeleted })}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  );
}

interface DeleteProps {
  isBusy: boolean;
  onDelete: () => void;
  onClose: () => void;
}

function DeleteDialog({ isBusy, onDelete, onClose }: DeleteProps) {
  const styles = useStyles();
  return (
    <Modal title="Delete this schedule?" width={460} onClose={onClose}>
      <p>It runs no more and leaves the list. The sessions of its runs stay.</p>
      <div className={styles.root}>
        <Button appearance="primary" disabled={isBusy} onClick={onDelete}>
          Delete
        </Button>
        <Button data-first onClick={onClose}>
          Keep it
        </Button>
      </div>
    </Modal>
  );
}
