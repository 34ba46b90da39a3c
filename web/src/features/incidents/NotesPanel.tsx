/** Notes of the analysts on an incident; an unsaved one outlives errors and reloads. */
import { Button, Field, makeStyles, Textarea, tokens } from "@fluentui/react-components";

import { Section } from "../../components/Section.tsx";
import type { FieldProps } from "./fields.ts";
import type { NotesDraft } from "./useNotesDraft.ts";
import { faultOf } from "./validate.ts";

const useStyles = makeStyles({
  actions: { display: "flex", gap: tokens.spacingHorizontalS, marginTop: "6px" },
  notes: { width: "100%" },
});

export function NotesPanel({
  incident,
  editor,
  mayWrite,
  notes,
}: FieldProps & { notes: NotesDraft }) {
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
    <Section title="Notes" aside="stay through every synchronisation">
      <Field size="small" {...(fault === undefined ? {} : { validationMessage: fault })}>
        <Textarea
          className={styles.notes}
          aria-label="Notes"
          rows={7}
          resize="vertical"
          readOnly={!mayWrite}
          value={draft?.text ?? incident.notes}
          onChange={(_, { value }) => write(value)}
          placeholder="What you found, decided and still have to do"
        />
      </Field>
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
    </Section>
  );
}
