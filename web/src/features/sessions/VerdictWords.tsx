/** A verdict as word, shape and colour, with its confidence. */
import { makeStyles, tokens } from "@fluentui/react-components";

import type { Verdict } from "../../../../shared/schemas/sessions.ts";
import { VERDICT_WORD } from "../../components/words.ts";

const SIGN: Readonly<Record<Verdict, string>> = {
  true_positive: "▲",
  benign_positive: "◆",
  false_positive: "●",
  undetermined: "○",
};

const useStyles = makeStyles({
  root: { display: "inline-flex", alignItems: "baseline", gap: "8px" },
  true_positive: { color: "var(--severityHigh)" },
  benign_positive: { color: "var(--severityMedium)" },
  false_positive: { color: "var(--good)" },
  undetermined: { color: "var(--severityInformational)" },
  confidence: {
    color: tokens.colorNeutralForeground2,
    fontSize: `min(1em, ${tokens.fontSizeBase300})`,
    fontWeight: tokens.fontWeightRegular,
  },
});

export function VerdictWords({ verdict, confidence }: { verdict: Verdict; confidence: number }) {
  const styles = useStyles();
  return (
    <span className={styles.root}>
      <span className={styles[verdict]}>
        <span aria-hidden>{SIGN[verdict]}</span> {VERDICT_WORD[verdict]}
      </span>
      <span className={styles.confidence}>confidence {confidence.toFixed(2)}</span>
    </span>
  );
}
