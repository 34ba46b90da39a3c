/** Says that the browser has no network; what is shown may be old. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { useSyncExternalStore } from "react";

const useStyles = makeStyles({
  root: {
    display: "block",
    padding: "4px",
    textAlign: "center",
    fontSize: tokens.fontSizeBase200,
    backgroundColor: tokens.colorPaletteYellowBackground1,
    color: tokens.colorNeutralForeground1,
  },
});

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

export function OfflineBar() {
  const styles = useStyles();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (isOnline) return null;
  return (
    <output className={styles.root}>
      You are offline. What you see may be old; changes cannot be saved.
    </output>
  );
}
