/** When a schedule runs: the frequency and the fields that it needs. */
import { Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

import type { DraftField, ScheduleDraft } from "./draft.ts";
import { capitalised, DAYS } from "./words.ts";

const useStyles = makeStyles({
  row: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "start",
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
  },
  zone: { minWidth: "220px" },
});

export type Faults = Partial<Record<DraftField, string>>;

export interface FieldsProps {
  draft: ScheduleDraft;
  faults: Faults;
  set: (changes: Partial<ScheduleDraft>) => void;
}

/** `exactOptionalPropertyTypes`: an absent message is no property. */
export const messageOf = (fault: string | undefined) =>
  fault === undefined ? {} : { validationMessage: fault };

const FREQUENCIES = [
  ["daily", "Every day"],
  ["weekly", "Every week"],
  ["monthly", "Every month"],
  ["once", "Once"],
  ["custom", "Cron expression"],
] as const;

export function TimingFields(props: FieldsProps) {
  const styles = useStyles();
  const { draft, faults, set } = props;
  const { frequency } = draft;
  return (
    <div className={styles.row}>
      <Field label="Runs" size="small" {...messageOf(faults.frequency)}>
        <Select
          size="small"
          value={frequency}
          onChange={(_, { value }) => set({ frequency: value })}
        >
          {FREQUENCIES.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
      </Field>
      {frequency === "weekly" && <WeekDay {...props} />}
      {frequency === "monthly" && (
        <Text {...props} name="day_of_month" label="On day" type="number" hint="31: its last day" />
      )}
      {frequency === "once" && (
        <Text {...props} name="date_time" label="Date and time" type="datetime-local" />
      )}
      {frequency === "custom" && (
        <Text
          {...props}
          name="cron"
          label="Cron"
          type="text"
          hint="minute hour day month weekday"
        />
      )}
      {(frequency === "daily" || frequency === "weekly" || frequency === "monthly") && (
        <Text {...props} name="time" label="At" type="time" />
      )}
      <div className={styles.zone}>
        <Text {...props} name="timezone" label="Time zone" type="text" list="schedule-zones">
          <datalist id="schedule-zones">
            {Intl.supportedValuesOf("timeZone").map((zone) => (
              <option key={zone} value={zone}>
                {zone}
              </option>
            ))}
          </datalist>
        </Text>
      </div>
    </div>
  );
}

function WeekDay({ draft, faults, set }: FieldsProps) {
  return (
    <Field label="On" size="small" {...messageOf(faults.day_of_week)}>
      <Select
        size="small"
        value={draft.day_of_week}
        onChange={(_, { value }) => set({ day_of_week: value })}
      >
        {DAYS.map((day) => (
          <option key={day} value={day}>
            {capitalised(day)}
          </option>
        ))}
      </Select>
    </Field>
  );
}

interface TextProps extends FieldsProps {
  name: "time" | "date_time" | "day_of_month" | "cron" | "timezone";
  label: string;
  type: "text" | "time" | "datetime-local" | "number";
  hint?: string;
  list?: string;
  children?: ReactNode;
}

function Text({ draft, faults, set, name, label, type, hint, list, children }: TextProps) {
  return (
    <>
      <Field
        label={label}
        size="small"
        {...(hint !== undefined && { hint })}
        {...messageOf(faults[name])}
      >
        <Input
          size="small"
          type={type}
          value={draft[name]}
          autoComplete="off"
          spellCheck={false}
          {...(list !== undefined && { list })}
          onChange={(_, { value }) => set({ [name]: value })}
        />
      </Field>
      {children}
    </>
  );
}
