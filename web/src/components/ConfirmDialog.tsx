/** Asks before something that cannot be taken back: what will happen, and keeping things as they are as the first choice. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

import { Modal } from "./Modal.tsx";
import { Failure } from "./Notice.tsx";

const useStyles = makeStyles({
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  end: { display: "flex", justifyContent: "flex-end", gap: "8px" },
});

interface Props {
  title: string;
  /** The act in one word, on its button. */
  act: string;
  /** Keeps the dialog open: the act is under way. */
  isPending?: boolean;
  /** Why the act failed while the dialog was open; null when it did not. */
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function ConfirmDialog(props: Props) {
  const { title, act, isPending = false, error = null, onConfirm, onClose, children } = props;
  const styles = useStyles();
  return (
    <Modal title={title} onClose={onClose} width={520}>
      <div className={styles.body}>
        {children}
        {error !== null && <Failure error={error} />}
        <div className={styles.end}>
          <Button data-first onClick={onClose}>
            Keep it
          </Button>
          <Button appearance="primary" disabled={isPending} onClick={onConfirm}>
            {act}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
