/** A button that opens a small panel beneath itself; Esc, a click elsewhere and leaving it with Tab close it. */
import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ChevronDown12Regular } from "@fluentui/react-icons/svg/chevron-down";
import { useId, useState } from "react";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  root: { position: "relative", display: "inline-block" },
  panel: {
    position: "absolute",
    zIndex: 20,
    top: "calc(100% + 4px)",
    minWidth: "240px",
    maxHeight: "420px",
    overflowY: "auto",
    margin: 0,
    padding: "6px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
  },
  left: { left: 0 },
  right: { right: 0 },
});

interface Props {
  label: ReactNode;
  /** What the panel is, for people who hear it. */
  name: string;
  align?: "left" | "right";
  children: (close: () => void) => ReactNode;
}

export function Dropdown({ label, name, align = "left", children }: Props) {
  const styles = useStyles();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const close = () => {
    setOpen(false);
    document.getElementById(id)?.focus();
  };
  return (
    // Only listens to what its own controls send up.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className={styles.root}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.preventDefault();
        close();
      }}
    >
      <Button
        id={id}
        size="small"
        appearance="subtle"
        icon={<ChevronDown12Regular />}
        iconPosition="after"
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        onClick={() => setOpen(!isOpen)}
      >
        {label}
      </Button>
      {isOpen && (
        <fieldset
          aria-label={name}
          tabIndex={-1}
          className={mergeClasses(styles.panel, styles[align])}
        >
          {children(close)}
        </fieldset>
      )}
    </div>
  );
}
