/** Copies an indicator defanged, with a plain copy beside it. */
import { Button, makeStyles } from "@fluentui/react-components";
import { Checkmark16Regular } from "@fluentui/react-icons/svg/checkmark";
import { Copy16Regular } from "@fluentui/react-icons/svg/copy";
import { ShieldCheckmark16Regular } from "@fluentui/react-icons/svg/shield-checkmark";
import { useState } from "react";
import type { ReactElement } from "react";

import { defanged, madeVisible } from "./outsideCharacters.ts";

const useStyles = makeStyles({ root: { whiteSpace: "nowrap" } });

interface OneProps {
  text: string;
  label: string;
  icon: ReactElement;
}

function CopyOne({ text, label, icon }: OneProps) {
  const [isDone, setDone] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setDone(true),
      () => setDone(false),
    );
  };
  return (
    <Button
      size="small"
      appearance="subtle"
      icon={isDone ? <Checkmark16Regular /> : icon}
      aria-label={isDone ? `${label}: copied` : label}
      title={label}
      onClick={copy}
      onBlur={() => setDone(false)}
    />
  );
}

export function CopyButtons({ value }: { value: string }) {
  const styles = useStyles();
  const shown = madeVisible(value).slice(0, 80);
  return (
    <span className={styles.root}>
      <CopyOne
        text={defanged(value)}
        label={`Copy ${shown} defanged`}
        icon={<ShieldCheckmark16Regular />}
      />
      <CopyOne text={value} label={`Copy ${shown} as it is`} icon={<Copy16Regular />} />
    </span>
  );
}
