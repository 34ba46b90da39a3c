/** A signing secret, shown this once. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import { CopyText } from "../../components/CopyText.tsx";

const useStyles = makeStyles({
  root: {
    padding: tokens.spacingHorizontalM,
    margin: "8px 0",
    border: `1px solid ${tokens.colorBrandStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    display: "grid",
    gap: "8px",
    justifyItems: "start",
  },
});

export function SecretNotice({ secret, onDone }: { secret: string; onDone: () => void }) {
  const styles = useStyles();
  return (
    <div role="alert" className={styles.root}>
      <span>
        The signing secret, shown this once: give it to the receiver, which checks each message with
        it.
      </span>
      <CopyText text={secret} what="the secret" />
      <Button size="small" onClick={onDone}>
        I have it
      </Button>
    </div>
  );
}
