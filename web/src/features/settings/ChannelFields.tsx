/** Where a person is told: each channel with its address, or why it cannot be used. */
import { Checkbox, Field, Input, makeStyles, tokens } from "@fluentui/react-components";

import type { PreferencesView } from "../../../../shared/schemas/notificationPreferences.ts";
import type { PreferencesDraft } from "./draft.ts";
import type { Faults } from "./faults.ts";

const useStyles = makeStyles({
  group: { border: "none", margin: 0, padding: 0, display: "grid", gap: "2px" },
  legend: { padding: 0, fontWeight: tokens.fontWeightSemibold, marginBottom: "4px" },
  address: { marginLeft: "32px", maxWidth: "520px" },
});

interface Props {
  held: PreferencesView;
  draft: PreferencesDraft;
  set: (changes: Partial<PreferencesDraft>) => void;
  faults: Faults;
}

export function ChannelFields({ held, draft, set, faults }: Props) {
  const styles = useStyles();
  const turn = (channel: keyof PreferencesDraft["channels"]) => (on: boolean) =>
    set({ channels: { ...draft.channels, [channel]: on } });
  const mail = mailWords(held);
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>Where</legend>
      <Switch label="Here, under the bell" on={draft.channels.in_app} onTurn={turn("in_app")} />
      <Switch
        label={mail.words}
        on={draft.channels.email}
        disabled={!mail.isPossible && !draft.channels.email}
        onTurn={turn("email")}
      />
      {(["slack", "teams"] as const).map((chat) => (
        <div key={chat}>
          <Switch
            label={chat === "slack" ? "Slack" : "Teams"}
            on={draft.channels[chat]}
            onTurn={turn(chat)}
          />
          {draft.channels[chat] && (
            <Field
              className={styles.address}
              label={`${chat === "slack" ? "Slack" : "Teams"} webhook address`}
              {...faultOf(faults, chat)}
              {...(faultOf(faults, chat).validationMessage === undefined && {
                hint: hintOf(held[`${chat}_url_masked`]),
              })}
            >
              <Input
                type="password"
                autoComplete="off"
                spellCheck={false}
                value={draft[`${chat}_url`]}
                onChange={(_, { value }) => set({ [`${chat}_url`]: value.trim() })}
              />
            </Field>
          )}
        </div>
      ))}
    </fieldset>
  );
}

interface SwitchProps {
  label: string;
  on: boolean;
  disabled?: boolean;
  onTurn: (on: boolean) => void;
}

const Switch = ({ label, on, disabled = false, onTurn }: SwitchProps) => (
  <Checkbox
    label={label}
    checked={on}
    disabled={disabled}
    onChange={(_, { checked }) => onTurn(checked === true)}
  />
);

function mailWords({ email, email_available }: PreferencesView) {
  if (!email_available) {
    return { words: "Mail (this deployment has no mail server)", isPossible: false };
  }
  return email === null
    ? { words: "Mail (your sign-in has no address)", isPossible: false }
    : { words: `Mail to ${email}`, isPossible: true };
}

function faultOf(faults: Faults, chat: "slack" | "teams"): { validationMessage?: string } {
  const fault = faults[`/${chat}_url`] ?? faults[`/channels/${chat}`];
  return fault === undefined ? {} : { validationMessage: fault };
}

const hintOf = (masked: string | null): string =>
  masked === null
    ? "The address of its incoming webhook; it is kept sealed and never shown"
    : `Stored: ${masked}. Left empty it stays.`;
