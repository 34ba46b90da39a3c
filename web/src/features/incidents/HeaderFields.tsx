/** Status, severity, assignee and tags of an incident, edited where they stand. */
import { Field, makeStyles, Select, tokens } from "@fluentui/react-components";

import { SEVERITIES, SEVERITY_WORD } from "../../components/Severity.tsx";
import { LOCAL_STATUS_WORD, LOCAL_STATUSES } from "../../components/words.ts";
import { AssigneeField } from "./AssigneeField.tsx";
import type { FieldProps } from "./fields.ts";
import { TagsField } from "./TagsField.tsx";

const useStyles = makeStyles({
  root: {
    minWidth: 0,
    margin: 0,
    border: "none",
    display: "flex",
    flexWrap: "wrap",
    alignItems: "flex-start",
    gap: "8px 20px",
    padding: "8px 0 2px",
  },
  quiet: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    flexBasis: "100%",
  },
  status: { width: "140px" },
  severity: { width: "190px" },
  assignee: { width: "270px" },
  tags: { flex: 1, minWidth: "220px" },
});

export function HeaderFields(props: FieldProps) {
  const styles = useStyles();
  return (
    <fieldset className={styles.root} aria-label="What analysts say">
      <StatusField {...props} />
      <SeverityField {...props} />
      <div className={styles.assignee}>
        <AssigneeField {...props} />
      </div>
      <div className={styles.tags}>
        <TagsField {...props} />
      </div>
      {!props.mayWrite && (
        <span className={styles.quiet}>
          Read only: changing an incident takes the role analyst or admin.
        </span>
      )}
    </fieldset>
  );
}

function StatusField({ incident, editor, mayWrite }: FieldProps) {
  const styles = useStyles();
  const choose = (value: string) => {
    const next = LOCAL_STATUSES.find((each) => each === value);
    if (next === undefined) return;
    const base = { local_status: incident.local_status };
    void editor.save({ patch: { local_status: next }, base });
  };
  return (
    <Field label="Status" size="small" className={styles.status}>
      <Select
        size="small"
        value={incident.local_status}
        disabled={!mayWrite}
        onChange={(_, { value }) => choose(value)}
      >
        {LOCAL_STATUSES.map((value) => (
          <option key={value} value={value}>
            {LOCAL_STATUS_WORD[value]}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function SeverityField({ incident, editor, mayWrite }: FieldProps) {
  const styles = useStyles();
  const choose = (value: string) => {
    const next = SEVERITIES.find((each) => each === value) ?? null;
    const base = { local_severity: incident.local_severity };
    void editor.save({ patch: { local_severity: next }, base });
  };
  return (
    <Field label="Severity" size="small" className={styles.severity}>
      <Select
        size="small"
        value={incident.local_severity ?? ""}
        disabled={!mayWrite}
        onChange={(_, { value }) => choose(value)}
      >
        <option value="">As in Sentinel ({SEVERITY_WORD[incident.severity]})</option>
        {SEVERITIES.map((value) => (
          <option key={value} value={value}>
            {SEVERITY_WORD[value]}
          </option>
        ))}
      </Select>
    </Field>
  );
}
