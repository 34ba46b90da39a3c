/** What a connection test tried, each with its outcome in words an administrator can act on. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { CheckmarkCircle16Filled } from "@fluentui/react-icons/svg/checkmark-circle";
import { DismissCircle16Filled } from "@fluentui/react-icons/svg/dismiss-circle";
import { SubtractCircle16Regular } from "@fluentui/react-icons/svg/subtract-circle";

import type { ConnectionCheck } from "../../../../shared/schemas/providers.ts";
import { OutsideText } from "../../components/OutsideText.tsx";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: "6px 0", padding: 0 },
  check: {
    display: "grid",
    gridTemplateColumns: "18px 130px 60px minmax(0, 1fr)",
    gap: "8px",
    alignItems: "start",
    padding: "4px 0",
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    fontSize: tokens.fontSizeBase200,
  },
  ok: { color: "var(--good)" },
  failed: { color: "var(--severityHigh)" },
  skipped: { color: tokens.colorNeutralForeground2 },
});

const NAME: Readonly<Record<ConnectionCheck["name"], string>> = {
  token: "Sign-in",
  query: "Log Analytics query",
  incidents_table: "SecurityIncident table",
  graph: "Microsoft Graph",
  arm: "Resource Manager",
};
const STATE = {
  ok: { word: "OK", Icon: CheckmarkCircle16Filled },
  failed: { word: "Failed", Icon: DismissCircle16Filled },
  skipped: { word: "Skipped", Icon: SubtractCircle16Regular },
} as const;

export function CheckList({ checks }: { checks: readonly ConnectionCheck[] }) {
  const styles = useStyles();
  return (
    <ul className={styles.list} aria-label="Checks">
      {checks.map(({ name, state, detail }) => {
        const { word, Icon } = STATE[state];
        return (
          <li key={name} className={styles.check}>
            <Icon aria-hidden className={styles[state]} />
            <span>{NAME[name]}</span>
            <span className={styles[state]}>{word}</span>
            <OutsideText text={detail} limit={600} />
          </li>
        );
      })}
    </ul>
  );
}
