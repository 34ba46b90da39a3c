/** The form of a person's notification preferences. */
import { Button, Checkbox, Field, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useState } from "react";

import type {
  ChosenEvent,
  NotificationPreferences,
  PreferencesView,
} from "../../../../shared/schemas/notificationPreferences.ts";
import { Failure } from "../../components/Notice.tsx";
import { EVENT_WORDS } from "../notifications/eventWords.ts";
import { ChannelFields } from "./ChannelFields.tsx";
import { draftOf, type PreferencesDraft } from "./draft.ts";
import { faultsOf } from "./faults.ts";
import { QuietFields } from "./QuietFields.tsx";
import { useSavePreferences } from "./queries.ts";
import { SendTest } from "./SendTest.tsx";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  group: { border: "none", margin: 0, padding: 0, display: "grid", gap: "2px" },
  legend: { padding: 0, fontWeight: tokens.fontWeightSemibold, marginBottom: "4px" },
  row: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL },
  end: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px" },
  good: { color: "var(--good)" },
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
  held: PreferencesView;
  etag: string | undefined;
}

export function PreferencesForm({ held, etag }: Props) {
  const styles = useStyles();
  const [draft, setDraft] = useState<PreferencesDraft>(() => draftOf(held));
  const save = useSavePreferences(etag);
  const faults = faultsOf(save.error);
  const set = (changes: Partial<PreferencesDraft>) => {
    setDraft({ ...draft, ...changes });
    save.reset();
  };
  return (
    <form
      className={styles.form}
      aria-label="Notification settings"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const typed = { slack_url: "", teams_url: "" };
        save.mutate(bodyOf(draft), { onSuccess: () => setDraft({ ...draft, ...typed }) });
      }}
    >
      <ChannelFields held={held} draft={draft} set={set} faults={faults} />
      <EventFields draft={draft} set={set} />
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
      <QuietFields draft={draft} set={set} faults={faults} />
      {save.isError && <Failure error={save.error} />}
      <div className={styles.end}>
        <Button type="submit" appearance="primary" disabled={save.isPending}>
          Save
        </Button>
        {save.isSuccess && <output className={styles.good}>Saved</output>}
      </div>
      <SendTest isChanged={JSON.stringify(draft) !== JSON.stringify(draftOf(held))} />
    </form>
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

/** Addresses that were not typed stay as they are stored. */
function bodyOf({ slack_url, teams_url, ...draft }: PreferencesDraft) {
  return {
    ...draft,
    ...(slack_url !== "" && { slack_url }),
    ...(teams_url !== "" && { teams_url }),
  };
}

interface EventProps {
  draft: PreferencesDraft;
  set: (changes: Partial<NotificationPreferences>) => void;
}

function EventFields({ draft, set }: EventProps) {
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
