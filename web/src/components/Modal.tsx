/**
 * A dialog over the page; Esc and a click beside it close it, and the focus returns where it came from.
 * It begins at the control with `data-first`, or at its first box.
 */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Dismiss20Regular } from "@fluentui/react-icons/svg/dismiss";
import { useEffect, useId, useRef } from "react";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  root: {
    width: "calc(100vw - 48px)",
    maxHeight: "min(84vh, 900px)",
    boxSizing: "border-box",
    padding: 0,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    boxShadow: tokens.shadow64,
    overflow: "hidden",
    "::backdrop": { backgroundColor: tokens.colorBackgroundOverlay },
  },
  body: {
    padding: "16px 20px 20px",
    maxHeight: "min(84vh, 900px)",
    overflowY: "auto",
    boxSizing: "border-box",
  },
  head: { display: "flex", alignItems: "center", marginBottom: "14px" },
  title: {
    flex: 1,
    margin: 0,
    fontSize: tokens.fontSizeBase500,
    fontWeight: tokens.fontWeightSemibold,
  },
});

interface Props {
  title: string;
  onClose: () => void;
  /** Pixels; narrower where the window is. */
  width: number;
  children: ReactNode;
}

export function Modal({ title, onClose, width, children }: Props) {
  const styles = useStyles();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("[data-first], input")?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // A click that reaches the dialog itself was beside its content; Esc does the same for the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={dialog}
      className={styles.root}
      style={{ maxWidth: width }}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className={styles.body}>
        <div className={styles.head}>
          <h2 id={id} className={styles.title}>
            {title}
          </h2>
          <Button
            appearance="subtle"
            size="small"
            icon={<Dismiss20Regular />}
            aria-label="Close"
            onClick={onClose}
          />
        </div>
        {children}
      </div>
    </dialog>
  );
}
