/** Two administrators edited one webhook: what the other one changed, and the reader decides. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import type { WebhookView } from "../../../../shared/schemas/webhooks.ts";
import { OutsideText } from "../../components/OutsideText.tsx";
import { EVENT_WORDS } from "../notifications/eventWords.ts";

const useStyles = makeStyles({
  root: {
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  actions: { display: "flex", flexWrap: "wrap", gap: "8px" },
});

interface Props {
  before: WebhookView;
  now: WebhookView;
  isSaving: boolean;
  onTakeTheirs: () => void;
  onSaveMine: () => void;
}

export function ChangedMeanwhile({ before, now, isSaving, onTakeTheirs, onSaveMine }: Props) {
  const styles = useStyles();
  const changes = changesBetween(before, now);
  return (
    <div role="alert" className={styles.root}>
      <strong>Somebody changed this webhook meanwhile. Nothing of yours was saved.</strong>
      <ul aria-label="What was changed meanwhile">
        {changes.map(([what, from, to]) => (
          <li key={what}>
            {what}: <OutsideText text={from} limit={100} /> → <OutsideText text={to} limit={100} />
          </li>
        ))}
        {changes.length === 0 && <li>The address or the secret</li>}
      </ul>
      <div className={styles.actions}>
        <Button disabled={isSaving} onClick={onSaveMine}>
          Save my changes on top
        </Button>
        <Button disabled={isSaving} onClick={onTakeTheirs}>
          Drop mine, show what is stored
        </Button>
      </div>
    </div>
  );
}

type Change = readonly [what: string, from: string, to: string];

function changesBetween(before: WebhookView, now: WebhookView): Change[] {
  const all: Change[] = [
    ["Name", before.name, now.name],
    ["Address", before.url, now.url],
    ["Told of", eventsOf(before), eventsOf(now)],
    ["Incidents of", `${before.min_severity} and above`, `${now.min_severity} and above`],
    ["State", before.status, now.status],
  ];
  return all.filter(([, from, to]) => from !== to);
}

const eventsOf = ({ events }: WebhookView): string =>
  events.map((event) => EVENT_WORDS[event].title.toLowerCase()).join(", ");
