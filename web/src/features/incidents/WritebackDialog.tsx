/** Changes an incident in Sentinel itself: what is left alone stays as it is there. */
import { Button, makeStyles, mergeClasses, Spinner, tokens } from "@fluentui/react-components";
import { useState } from "react";

import { Conflict } from "../../components/Conflict.tsx";
import { Modal } from "../../components/Modal.tsx";
import { Failure } from "../../components/Notice.tsx";
import type { HeldIncident } from "./queries.ts";
import { changedInSentinel } from "./changedInSentinel.ts";
import { useWriteBack } from "./useWriteBack.ts";
import { checked, EMPTY } from "./writebackDraft.ts";
import type { WritebackDraft } from "./writebackDraft.ts";
import { WritebackFields } from "./WritebackFields.tsx";

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
  fault: { color: tokens.colorPaletteRedForeground1 },
});

interface Props {
  /** As the reader saw it when the dialog opened. */
  held: HeldIncident;
  onClose: () => void;
}

export function WritebackDialog({ held, onClose }: Props) {
  const styles = useStyles();
  const { incident } = held;
  const [draft, setDraft] = useState<WritebackDraft>(EMPTY);
  const [isTried, setTried] = useState(false);
  const { body, parts, faults } = checked(draft);
  const { send, newer, seen } = useWriteBack(held, onClose);
  const submit = (over?: HeldIncident) => {
    setTried(true);
    if (body !== undefined) send.mutate({ body, over });
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
          incident={seen.incident}
          draft={draft}
          faults={isTried ? faults : {}}
          onDraft={(changes) => {
            send.reset();
            setDraft({ ...draft, ...changes });
          }}
        />
        {send.isError && <Failure error={send.error} onRetry={() => submit()} />}
        {newer !== undefined && (
          <Conflict
            key={newer.etag}
            title="The incident changed in Sentinel meanwhile; nothing was written"
            versions={["as you saw it", "as it is now"]}
            rows={changedInSentinel(seen.incident, newer.incident)}
            words={{ mine: "Write mine all the same", theirs: "Leave it as it is" }}
            onMine={() => submit(newer)}
            onTheirs={onClose}
          />
        )}
        <Foot
          parts={parts}
          isTried={isTried}
          isPending={send.isPending}
          isOff={newer !== undefined}
          onClose={onClose}
        />
      </form>
    </Modal>
  );
}

interface FootProps {
  parts: readonly string[];
  /** It was asked to write: that nothing is chosen is then a fault. */
  isTried: boolean;
  isPending: boolean;
  /** A conflict is not decided yet. */
  isOff: boolean;
  onClose: () => void;
}

function Foot({ parts, isTried, isPending, isOff, onClose }: FootProps) {
  const styles = useStyles();
  const isEmpty = parts.length === 0;
  const emptyWords = isTried ? "Choose at least one change." : "Nothing changes yet.";
  return (
    <div className={styles.foot}>
      <output className={mergeClasses(styles.parts, isEmpty && isTried && styles.fault)}>
        {isEmpty ? emptyWords : `Changes: ${parts.join(", ")}.`}
      </output>
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" appearance="primary" disabled={isPending || isOff}>
        {isPending ? <Spinner size="extra-tiny" label="Writing" /> : "Write to Sentinel"}
      </Button>
    </div>
  );
}
