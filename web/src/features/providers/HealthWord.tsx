/** A provider's health as word, shape and colour. */
import { makeStyles, tokens } from "@fluentui/react-components";
import { CheckmarkCircle16Filled } from "@fluentui/react-icons/svg/checkmark-circle";
import { Circle16Regular } from "@fluentui/react-icons/svg/circle";
import { DismissCircle16Filled } from "@fluentui/react-icons/svg/dismiss-circle";

import type { ProviderView } from "../../../../shared/schemas/siemProviders.ts";

const useStyles = makeStyles({
  root: { display: "inline-flex", alignItems: "center", gap: "4px" },
  healthy: { color: "var(--good)" },
  error: { color: "var(--severityHigh)" },
  unknown: { color: tokens.colorNeutralForeground2 },
});

const LOOKS = {
  healthy: { word: "Healthy", Icon: CheckmarkCircle16Filled },
  error: { word: "Error", Icon: DismissCircle16Filled },
  unknown: { word: "Not tested yet", Icon: Circle16Regular },
} as const;

export function HealthWord({ provider }: { provider: ProviderView }) {
  const styles = useStyles();
  const health = provider.status === "error" ? "error" : (provider.last_health_status ?? "unknown");
  const { word, Icon } = LOOKS[health];
  return (
    <span className={`${styles.root} ${styles[health]}`}>
      <Icon aria-hidden /> {word}
    </span>
  );
}
