/** Keys that work on every page: go-to, the palette and the list of all keys, with buttons for the mouse. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Keyboard20Regular } from "@fluentui/react-icons/svg/keyboard";
import { Search16Regular } from "@fluentui/react-icons/svg/search";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";

import { useKeys } from "../../components/useKeys.ts";
import { useMe } from "../signIn/me.ts";
import { placesFor } from "./places.ts";

const Palette = lazy(async () => ({ default: (await import("./Palette.tsx")).Palette }));
const KeysDialog = lazy(async () => ({ default: (await import("./KeysDialog.tsx")).KeysDialog }));

const useStyles = makeStyles({
  jump: {
    display: "flex",
    alignItems: "center",
    gap: "8px",
    height: "28px",
    padding: "0 6px 0 10px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground2,
    font: "inherit",
    fontSize: tokens.fontSizeBase200,
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "1px" },
  },
  key: {
    padding: "0 5px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusSmall,
    fontFamily: "inherit",
    fontSize: tokens.fontSizeBase100,
    "@media (max-width: 900px)": { display: "none" },
  },
});

export function Shortcuts() {
  const styles = useStyles();
  const navigate = useNavigate();
  const me = useMe();
  const [open, setOpen] = useState<"palette" | "keys">();
  const places = placesFor(me.permissions);
  useKeys({
    "?": () => setOpen("keys"),
    ...Object.fromEntries(
      places.flatMap(({ key, to }) =>
        key === undefined ? [] : [[`g ${key}`, () => void navigate({ to, search: {} })]],
      ),
    ),
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      setOpen((before) => (before === "palette" ? undefined : "palette"));
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const close = () => setOpen(undefined);
  return (
    <>
      <button
        type="button"
        className={styles.jump}
        aria-keyshortcuts="Control+K"
        onClick={() => setOpen("palette")}
      >
        <Search16Regular aria-hidden /> Go to
        <kbd className={styles.key} aria-hidden>
          Ctrl K
        </kbd>
      </button>
      <Button
        appearance="subtle"
        size="small"
        icon={<Keyboard20Regular />}
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts ( ? )"
        onClick={() => setOpen("keys")}
      />
      <Suspense>
        {open === "palette" && <Palette onClose={close} onKeys={() => setOpen("keys")} />}
        {open === "keys" && <KeysDialog onClose={close} />}
      </Suspense>
    </>
  );
}
