/** What is new, gone or otherwise than before, a line each. */
import { makeStyles, tokens } from "@fluentui/react-components";

import { OutsideText } from "./OutsideText.tsx";

export interface ChangeLine {
  kind: "New" | "Gone" | "Changed" | "Not checked";
  text: string;
  before?: string;
}

const useStyles = makeStyles({
  list: { margin: "4px 0 0", paddingLeft: "18px" },
  kind: { fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export function ChangeLines({ lines }: { lines: readonly ChangeLine[] }) {
  const styles = useStyles();
  return (
    <ul className={styles.list}>
      {lines.map(({ kind, text, before }, index) => (
        <li key={index}>
          <span className={styles.kind}>{kind}:</span> <OutsideText text={text} />
          {before !== undefined && (
            <div className={styles.quiet}>
              before: <OutsideText text={before} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
