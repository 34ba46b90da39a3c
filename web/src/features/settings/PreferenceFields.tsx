/** What somebody is told of and how often: fields of a person's form and of the administrators' defaults. */
import { Checkbox, Field, makeStyles, Select, tokens } from "@fluentui/react-components";

import type {
  ChosenEvent,
  NotificationPreferences,
} from "../../../../shared/schemas/notificationPreferences.ts";
import { EVENT_WORDS } from "../notifications/eventWords.ts";

const useStyles = makeStyles({
  group: { border: "none", margin: 0, padding: 0, display: "grid", gap: "2px" },
  legend: { padding: 0, fontWeight: tokens.fontWeightSemibold, marginBottom: "4px" },
  row: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL },
});

/** Nobody is alerted of incidents below Medium. */
const SEVERITIES = [
  ["medium", "Medium and above"],
  ["high", "High and above"],
  ["critical", "Critical only"],
] as const;
const DIGESTS = [
  ["off", "At once"],
  ["hourly", "Together, every hour"],
  ["daily", "Together, every day at 08:00"],
] as const;

interface Props {
  draft: Pick<NotificationPreferences, "events" | "min_severity" | "digest">;
  set: (changes: Partial<NotificationPreferences>) => void;
}

export function PaceFields({ draft, set }: Props) {
  const styles = useStyles();
  return (
    <div className={styles.row}>
      <Choice
        label="Incidents of"
        options={SEVERITIES}
        value={draft.min_severity}
        onChoose={(min_severity) => set({ min_severity })}
      />
      <Choice
        label="Mail and chat"
        options={DIGESTS}
        value={draft.digest}
        onChoose={(digest) => set({ digest })}
      />
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  options: readonly (readonly [Value, string])[];
  value: string;
  onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ label, options, value, onChoose }: ChoiceProps<Value>) {
  return (
    <Field label={label}>
      <Select
        value={value}
        onChange={(_, data) => {
          const chosen = options.find(([one]) => one === data.value);
          if (chosen !== undefined) onChoose(chosen[0]);
        }}
      >
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  );
}

export function EventFields({ draft, set }: Props) {
  const styles = useStyles();
  const chosen: ChosenEvent[] = [
    "incident-alert",
    "investigation-completed",
    "investigation-failed",
    "schedule-disabled",
  ];
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>What</legend>
      {chosen.map((event) => (
        <Checkbox
          key={event}
          label={`${EVENT_WORDS[event].title}: ${EVENT_WORDS[event].hint.toLowerCase()}`}
          checked={draft.events[event]}
          onChange={(_, { checked }) =>
            set({ events: { ...draft.events, [event]: checked === true } })
          }
        />
      ))}
    </fieldset>
  );
}
