/** What became of the last edit: saved with undo, failed with retry, or a conflict with both versions. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import type { IncidentPatch } from "../../../../shared/schemas/incidents.ts";
import { Conflict } from "../../components/Conflict.tsx";
import { Failure } from "../../components/Notice.tsx";
import { conflictsOf } from "./edit.ts";
import type { Editor } from "./edit.ts";

const useStyles = makeStyles({
  saved: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    color: "var(--good)",
    fontSize: tokens.fontSizeBase200,
  },
});

interface Props {
  editor: Editor;
  /** A conflict was decided: the edit is either saved or given up. */
  onDecided: (patch: IncidentPatch) => void;
}

export function EditOutcome({ editor, onDecided }: Props) {
  const styles = useStyles();
  const { state } = editor;
  const keepMine = async (patch: IncidentPatch) => {
    if (await editor.keepMine()) onDecided(patch);
  };
  switch (state.kind) {
    case "idle":
      return null;
    case "saving":
      return <output className={styles.saved}>Saving…</output>;
    case "saved":
      return (
        <output className={styles.saved}>
          <span>Saved</span>
          <Button size="small" appearance="subtle" onClick={() => void editor.save(state.undo)}>
            Undo
          </Button>
        </output>
      );
    case "failed":
      return <Failure error={state.error} onRetry={() => void editor.save(state.edit)} />;
    case "conflict": {
      const { edit, theirs } = state;
      return (
        <Conflict
          title="Somebody else changed this"
          versions={["yours", "theirs"]}
          rows={conflictsOf(edit, theirs).map((field) => ({
            field,
            values: [wordsOf(edit.patch[field]), wordsOf(theirs[field])],
          }))}
          // It may come up under somebody who goes on typing.
          isAnswer={false}
          onMine={() => void keepMine(edit.patch)}
          onTheirs={() => {
            editor.takeTheirs();
            onDecided(edit.patch);
          }}
        />
      );
    }
    default:
      return state satisfies never;
  }
}

function wordsOf(value: string | string[] | null | undefined): string {
  if (value === null || value === undefined || value === "") return "(empty)";
  return Array.isArray(value) ? value.join(", ") : value;
}
