/** The analysts' own fields of an incident: status, assignee, severity, tags, notes. */
import { Button, Field, makeStyles, Select, Textarea, tokens } from "@fluentui/react-components";

import type { IncidentView, LocalStatus } from "../../../../shared/schemas/incidents.ts";
import { SEVERITIES, SEVERITY_WORD } from "../../components/Severity.tsx";
import { LOCAL_STATUS_WORD } from "../../components/words.ts";
import { useMay, useMe } from "../signIn/me.ts";
import { AssigneeField } from "./AssigneeField.tsx";
import { useEditor } from "./edit.ts";
import type { Editor } from "./edit.ts";
import { EditOutcome } from "./EditOutcome.tsx";
import { TagsField } from "./TagsField.tsx";
import { useNotesDraft } from "./useNotesDraft.ts";
import type { NotesDraft } from "./useNotesDraft.ts";
import { faultOf } from "./validate.ts";

const useStyles = makeStyles({
  root: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  actions: { display: "flex", gap: tokens.spacingHorizontalS, marginTop: "6px" },
  notes: { width: "100%" },
});

const LOCAL_STATUSES: readonly LocalStatus[] = ["new", "in_progress", "waiting", "resolved"];

export interface FieldProps {
  incident: IncidentView;
  editor: Editor;
  mayWrite: boolean;
}

export function WorkPanel({ incident }: { incident: IncidentView }) {
  const styles = useStyles();
  const editor = useEditor(incident.number);
  const mayWrite = useMay("incidents:write");
  const me = useMe();
  const notes = useNotesDraft(me.id, incident.id, incident.notes);
  const props = { incident, editor, mayWrite };
  return (
    <div className={styles.root}>
      {!mayWrite && (
        <span className={styles.quiet}>
          Read only: changing an incident takes the role analyst or admin.
        </span>
      )}
      <EditOutcome
        editor={editor}
        onDecided={(patch) => {
          if ("notes" in patch) notes.drop();
        }}
      />
      <StatusField {...props} />
      <AssigneeField {...props} />
      <SeverityField {...props} />
      <TagsField {...props} />
      <NotesField {...props} notes={notes} />
    </div>
  );
}

function StatusField({ incident, editor, mayWrite }: FieldProps) {
  const choose = (value: string) => {
    const next = LOCAL_STATUSES.find((each) => each === value);
    if (next === undefined) return;
    const base = { local_status: incident.local_status };
    void editor.save({ patch: { local_status: next }, base });
  };
  return (
    <Field label="Status" size="small">
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
  const choose = (value: string) => {
    const next = SEVERITIES.find((each) => each === value) ?? null;
    const base = { local_severity: incident.local_severity };
    void editor.save({ patch: { local_severity: next }, base });
  };
  return (
    <Field label="Severity" size="small">
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

function NotesField({ incident, editor, mayWrite, notes }: FieldProps & { notes: NotesDraft }) {
  const styles = useStyles();
  const { draft, write, drop } = notes;
  const fault = draft === undefined ? undefined : faultOf({ notes: draft.text });
  const save = async () => {
    if (draft === undefined || fault !== undefined) return;
    const isSaved = await editor.save({
      patch: { notes: draft.text },
      base: { notes: draft.base },
    });
    if (isSaved) drop();
  };
  return (
    <Field
      label="Notes"
      size="small"
      {...(fault === undefined ? {} : { validationMessage: fault })}
    >
      <Textarea
        className={styles.notes}
        size="small"
        rows={8}
        resize="vertical"
        readOnly={!mayWrite}
        value={draft?.text ?? incident.notes}
        onChange={(_, { value }) => write(value)}
        placeholder="What you found, decided and still have to do"
      />
      {draft !== undefined && (
        <div className={styles.actions}>
          <Button
            size="small"
            appearance="primary"
            disabled={editor.state.kind === "saving" || fault !== undefined}
            onClick={() => void save()}
          >
            Save note
          </Button>
          <Button size="small" onClick={drop}>
            Discard
          </Button>
        </div>
      )}
    </Field>
  );
}
