/** "Send me a test": what came of it, channel by channel. */
import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";

import { Failure } from "../../components/Notice.tsx";
import { useSendTest } from "./queries.ts";

const useStyles = makeStyles({
  root: {
    paddingTop: tokens.spacingVerticalM,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  hint: { marginLeft: "8px", color: tokens.colorNeutralForeground2 },
  list: { margin: "8px 0 0", paddingLeft: "18px" },
  good: { color: "var(--good)" },
  bad: { color: "var(--severityHigh)" },
});

const WORDS = { in_app: "Here", email: "Mail", slack: "Slack", teams: "Teams" } as const;

/** @param isChanged the form holds what was not saved: the test goes by what was. */
export function SendTest({ isChanged }: { isChanged: boolean }) {
  const styles = useStyles();
  const test = useSendTest();
  return (
    <div className={styles.root}>
      <Button disabled={isChanged || test.isPending} onClick={() => test.mutate()}>
        {test.isPending ? <Spinner size="extra-tiny" label="Sending" /> : "Send me a test"}
      </Button>
      <span className={styles.hint}>
        {isChanged
          ? "Save first: the test goes by what is saved."
          : "Over each channel that is on."}
      </span>
      {test.isError && <Failure error={test.error} />}
      {test.data !== undefined && (
        <ul className={styles.list} aria-label="Results of the test">
          {test.data.results.map(({ channel, status, detail }) => (
            <li key={channel}>
              <span className={status === "delivered" ? styles.good : styles.bad}>
                {status === "delivered" ? "● " : "▲ "}
                {WORDS[channel]} {status}
              </span>
              : {detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
