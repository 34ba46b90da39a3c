/** What became of the last edit: saved with undo, failed with retry, or a conflict with both versions. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";

import type { IncidentPatch, IncidentView } from "../../../../shared/schemas/incidents.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { plainWords } from "../../components/words.ts";
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
  conflict: {
    display: "flex",
    flexDirection: "column",
    gap: "8px",
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorPaletteYellowBorder2}`,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground2,
    fontSize: tokens.fontSizeBase200,
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase300 },
  versions: { display: "grid", gridTemplateColumns: "1fr 1fr", gap: "8px" },
  version: {
    padding: "6px",
    backgroundColor: tokens.colorNeutralBackground1,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    maxHeight: "200px",
    overflowY: "auto",
  },
  label: { display: "block", color: tokens.colorNeutralForeground2 },
  actions: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
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
  const styles = useStyles();
  return (
    <div role="alert" className={styles.conflict}>
      <h3 className={styles.title}>Somebody else changed this</h3>
      {fields.map((field) => (
        <div key={field} className={styles.versions}>
          <div className={styles.version}>
            <span className={styles.label}>{plainWords(field)}: yours</span>
            <OutsideText text={wordsOf(mine[field])} />
          </div>
          <div className={styles.version}>
            <span className={styles.label}>{plainWords(field)}: theirs</span>
            <OutsideText text={wordsOf(theirs[field])} />
          </div>
        </div>
      ))}
      <div className={styles.actions}>
        <Button size="small" appearance="primary" onClick={() => void onKeep()}>
          Keep mine
        </Button>
        <Button size="small" onClick={onTake}>
          Take theirs
        </Button>
      </div>
    </div>
  );
}

function wordsOf(value: string | string[] | null | undefined): string {
  if (value === null || value === undefined || value === "") return "(empty)";
  return Array.isArray(value) ? value.join(", ") : value;
}
