/** Hours in which nothing is sent: what comes then goes out together at their end. */
import { Checkbox, Field, Input, makeStyles, tokens } from "@fluentui/react-components";

import { ownZone, type PreferencesDraft } from "./draft.ts";
import type { Faults } from "./faults.ts";

const useStyles = makeStyles({
  group: { border: "none", margin: 0, padding: 0 },
  legend: { padding: 0, fontWeight: tokens.fontWeightSemibold, marginBottom: "4px" },
  row: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL, marginLeft: "32px" },
});

interface Props {
  draft: PreferencesDraft;
  set: (changes: Partial<PreferencesDraft>) => void;
  faults: Faults;
}

export function QuietFields({ draft, set, faults }: Props) {
  const styles = useStyles();
  const { quiet_hours: quiet } = draft;
  const begun = { start: "22:00", end: "07:00", timezone: ownZone() };
  const box = (name: "start" | "end" | "timezone", label: string, type: "time" | "text") => {
    const fault = faults[`/quiet_hours/${name}`];
    return (
      <Field label={label} {...(fault !== undefined && { validationMessage: fault })}>
        <Input
          type={type}
          value={quiet?.[name] ?? ""}
          onChange={(_, { value }) => set({ quiet_hours: { ...(quiet ?? begun), [name]: value } })}
        />
      </Field>
    );
  };
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>When</legend>
      <Checkbox
        label="Quiet hours: mail and chat wait until their end"
        checked={quiet !== null}
        onChange={(_, { checked }) => set({ quiet_hours: checked === true ? begun : null })}
      />
      {quiet !== null && (
        <div className={styles.row}>
          {box("start", "From", "time")}
          {box("end", "To", "time")}
          {box("timezone", "Time zone", "text")}
        </div>
      )}
    </fieldset>
  );
}
