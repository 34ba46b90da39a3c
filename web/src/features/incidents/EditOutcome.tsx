/** What became of the last edit: saved with undo, failed with retry, or a conflict with both versions. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import type { IncidentPatch, IncidentView } from "../../../../shared/schemas/incidents.ts";
import { Failure } from "../../components/Notice.tsx";
import { BothVersions } from "./BothVersions.tsx";
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
          mine={edit.patch}
          theirs={theirs}
          fields={conflictsOf(edit, theirs)}
          onKeep={async () => {
            if (await editor.keepMine()) onDecided(edit.patch);
          }}
          onTake={() => {
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

interface ConflictProps {
  mine: IncidentPatch;
  theirs: IncidentView;
  fields: readonly (keyof IncidentPatch)[];
  onKeep: () => Promise<void>;
  onTake: () => void;
}

function Conflict({ mine, theirs, fields, onKeep, onTake }: ConflictProps) {
  const rows = fields.map((field) => ({
    field,
    values: [wordsOf(mine[field]), wordsOf(theirs[field])] as const,
  }));
  return (
    <BothVersions title="Somebody else changed this" versions={["yours", "theirs"]} rows={rows}>
      <Button size="small" appearance="primary" onClick={() => void onKeep()}>
        Keep mine
      </Button>
      <Button size="small" onClick={onTake}>
        Take theirs
      </Button>
    </BothVersions>
  );
}

function wordsOf(value: string | string[] | null | undefined): string {
  if (value === null || value === undefined || value === "") return "(empty)";
  return Array.isArray(value) ? value.join(", ") : value;
}
