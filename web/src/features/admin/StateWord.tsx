/** How something is, in a word and a sign, never by colour alone. */
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { CheckmarkCircle16Regular } from "@fluentui/react-icons/svg/checkmark-circle";
import { DismissCircle16Regular } from "@fluentui/react-icons/svg/dismiss-circle";
import { Warning16Regular } from "@fluentui/react-icons/svg/warning";

const useStyles = makeStyles({
  root: { display: "inline-flex", alignItems: "center", gap: "4px", verticalAlign: "middle" },
  ok: { color: tokens.colorNeutralForeground2 },
  attention: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
  failed: { color: "var(--severityHigh)", fontWeight: tokens.fontWeightSemibold },
});

const SIGN = {
  ok: CheckmarkCircle16Regular,
  attention: Warning16Regular,
  failed: DismissCircle16Regular,
};
const WORD = { ok: "OK", attention: "Needs attention", failed: "Failed" };

interface Props {
  state: keyof typeof WORD;
  /** Instead of the usual word. */
  word?: string;
}

export function StateWord({ state, word }: Props) {
  const styles = useStyles();
  const Sign = SIGN[state];
  return (
    <span className={mergeClasses(styles.root, styles[state])}>
      <Sign aria-hidden />
      {word ?? WORD[state]}
    </span>
  );
}
