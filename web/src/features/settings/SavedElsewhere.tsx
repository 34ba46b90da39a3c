/** Settings were saved elsewhere while a form was open: the reader decides which hold. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

const useStyles = makeStyles({
  root: {
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  actions: { display: "flex", flexWrap: "wrap", gap: "8px", marginTop: "8px" },
});

interface Props {
  what: string;
  onSaveMine: () => void;
  onTakeTheirs: () => void;
}

export function SavedElsewhere({ what, onSaveMine, onTakeTheirs }: Props) {
  const styles = useStyles();
  return (
    <div role="alert" className={styles.root}>
      <strong>{what} were changed elsewhere meanwhile. Nothing of this form was saved.</strong>
      <div className={styles.actions}>
        <Button onClick={onTakeTheirs}>Show what is stored</Button>
        <Button onClick={onSaveMine}>Save this form over it</Button>
      </div>
    </div>
  );
}
