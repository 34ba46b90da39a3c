/** Changes an incident in Sentinel itself: what is left alone stays as it is there. */
import { Button, Field, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { IncidentView } from "../../../../shared/schemas/incidents.ts";
import { useApi } from "../../api/context.ts";
import { Modal } from "../../components/Modal.tsx";
import { Failure } from "../../components/Notice.tsx";
import { headKey } from "./queries.ts";
import { checked, EMPTY } from "./writebackDraft.ts";
import type { WritebackDraft } from "./writebackDraft.ts";
import { WritebackFields } from "./WritebackFields.tsx";

/** Sentinel is asked while the dialog waits. */
const TIMEOUT_MS = 60_000;

const useStyles = makeStyles({
  lead: { margin: "-6px 0 14px", color: tokens.colorNeutralForeground2 },
  foot: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    marginTop: "18px",
    paddingTop: "14px",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  parts: { flex: 1, color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  incident: IncidentView;
  onClose: () => void;
}

export function WritebackDialog({ incident, onClose }: Props) {
  const styles = useStyles();
  const [draft, setDraft] = useState<WritebackDraft>(EMPTY);
  const [isTried, setTried] = useState(false);
  const { body, parts, faults } = checked(draft);
  const send = useWriteBack(incident, onClose);
  const submit = () => {
    setTried(true);
    if (body !== undefined) send.mutate(body);
  };
  return (
    <Modal title={`Write back to Sentinel: #${incident.number}`} onClose={onClose} width={720}>
      <p className={styles.lead}>
        The change is made in {incident.provider} under your name and recorded in the audit trail.
        What you leave alone stays as it is there.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <WritebackFields
          incident={incident}
          draft={draft}
          faults={isTried ? faults : {}}
          onDraft={(changes) => {
            send.reset();
            setDraft({ ...draft, ...changes });
          }}
        />
        {send.isError && <Failure error={send.error} onRetry={submit} />}
        {isTried && parts.length === 0 && (
          <Field validationMessage="Choose at least one change." validationState="error" />
        )}
        <div className={styles.foot}>
          <output className={styles.parts}>
            {parts.length === 0 ? "Nothing changes yet." : `Changes: ${parts.join(", ")}.`}
          </output>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" appearance="primary" disabled={send.isPending}>
            {send.isPending ? <Spinner size="extra-tiny" label="Writing" /> : "Write to Sentinel"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function useWriteBack(incident: IncidentView, onDone: () => void) {
  const api = useApi();
  const cache = useQueryClient();
  const { number, provider_id: provider } = incident;
  // One key for each content: another try after a lost reply writes nothing twice.
  const [keys] = useState(() => new Map<string, string>());
  return useMutation({
    mutationFn: async (body: Record<string, unknown>) => {
      const text = JSON.stringify(body);
      const key = keys.get(text) ?? crypto.randomUUID();
      keys.set(text, key);
      await api.call(
        `/api/v1/incidents/${number}/writeback?provider=${encodeURIComponent(provider)}`,
        { method: "POST", body, idempotencyKey: key, timeoutMs: TIMEOUT_MS },
      );
    },
    onSuccess: async () => {
      onDone();
      await cache.invalidateQueries({ queryKey: ["incident", number] });
      await cache.invalidateQueries({ queryKey: ["related", number] });
      await cache.invalidateQueries({ queryKey: headKey });
    },
  });
}
