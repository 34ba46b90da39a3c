/** Who works on the incident: an address, checked while it is typed. */
import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { useState } from "react";

import { useMe } from "../signIn/me.ts";
import { faultOf } from "./validate.ts";
import type { FieldProps } from "./fields.ts";

const useStyles = makeStyles({
  row: { display: "flex", gap: "6px" },
  input: { flex: 1, minWidth: 0 },
});

const asAddress = (typed: string): string | null => (typed.trim() === "" ? null : typed.trim());

export function AssigneeField({ incident, editor, mayWrite }: FieldProps) {
  const styles = useStyles();
  const me = useMe();
  const [text, setText] = useState<string>();
  const value = text ?? incident.assigned_to ?? "";
  const fault = text === undefined ? undefined : faultOf({ assigned_to: asAddress(text) });
  const save = async (address: string | null) => {
    if (address === incident.assigned_to) return setText(undefined);
    const base = { assigned_to: incident.assigned_to };
    if (await editor.save({ patch: { assigned_to: address }, base })) setText(undefined);
  };
  const commit = () => {
    if (text !== undefined && fault === undefined) void save(asAddress(text));
  };
  return (
    <Field
      label="Assigned to"
      size="small"
      {...(fault === undefined ? {} : { validationMessage: fault })}
    >
      <div className={styles.row}>
        <Input
          size="small"
          className={styles.input}
          aria-label="Assigned to"
          placeholder="Nobody"
          readOnly={!mayWrite}
          value={value}
          onChange={(_, data) => setText(data.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === "Enter" && commit()}
        />
        {mayWrite && me.email !== undefined && me.email !== incident.assigned_to && (
          <Button size="small" onClick={() => void save(me.email ?? null)}>
            Take it
          </Button>
        )}
      </div>
    </Field>
  );
}
