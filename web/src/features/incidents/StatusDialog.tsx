/** Asks for the status of one or many incidents; 1 to 4, or the arrow keys and Enter, choose. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";

import type { IncidentSummary, LocalStatus } from "../../../../shared/schemas/incidents.ts";
import { Modal } from "../../components/Modal.tsx";
import { LOCAL_STATUS_WORD, LOCAL_STATUSES } from "../../components/words.ts";

const useStyles = makeStyles({
  list: {
    display: "flex",
    flexDirection: "column",
    gap: "2px",
    minWidth: 0,
    margin: 0,
    padding: 0,
    border: "none",
  },
  one: {
    display: "flex",
    alignItems: "center",
    gap: "10px",
    padding: "8px 10px",
    border: "none",
    borderRadius: tokens.borderRadiusMedium,
    background: "none",
    color: "inherit",
    font: "inherit",
    textAlign: "left",
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      backgroundColor: tokens.colorNeutralBackground1Selected,
    },
  },
  now: { fontWeight: tokens.fontWeightSemibold },
  word: { flex: 1 },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  incidents: readonly Pick<IncidentSummary, "number" | "local_status">[];
  onStatus: (status: LocalStatus) => void;
  onClose: () => void;
}

export function StatusDialog({ incidents, onStatus, onClose }: Props) {
  const styles = useStyles();
  const [first] = incidents;
  const isNow = (status: LocalStatus) => incidents.every((one) => one.local_status === status);
  const focused = LOCAL_STATUSES.find(isNow) ?? LOCAL_STATUSES[0];
  const of = incidents.length === 1 ? `#${first?.number}` : `${incidents.length} incidents`;
  const onKey = (key: string, list: HTMLElement | null) => {
    const chosen = LOCAL_STATUSES[Number(key) - 1];
    if (chosen !== undefined) return onStatus(chosen);
    const by = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
    const buttons = [...(list?.querySelectorAll("button") ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (by !== 0) buttons[Math.min(Math.max(at + by, 0), buttons.length - 1)]?.focus();
  };
  return (
    <Modal title={`Status of ${of}`} onClose={onClose} width={340}>
      <fieldset aria-label="Status" className={styles.list}>
        {LOCAL_STATUSES.map((status, index) => (
          <button
            key={status}
            type="button"
            data-first={status === focused || undefined}
            aria-pressed={isNow(status)}
            className={mergeClasses(styles.one, isNow(status) && styles.now)}
            onClick={() => onStatus(status)}
            onKeyDown={({ key, currentTarget }) => onKey(key, currentTarget.parentElement)}
          >
            <span className={styles.word}>{LOCAL_STATUS_WORD[status]}</span>
            {isNow(status) && <span className={styles.quiet}>now</span>}
            <kbd className={styles.quiet}>{index + 1}</kbd>
          </button>
        ))}
      </fieldset>
    </Modal>
  );
}
