/** Chooses, names and removes views of the queue. */
import { Button, Input, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Checkmark16Regular } from "@fluentui/react-icons/svg/checkmark";
import { Dismiss12Regular } from "@fluentui/react-icons/svg/dismiss";
import { useState } from "react";

import { Dropdown } from "../../components/Dropdown.tsx";
import type { QueueFilters } from "./filters.ts";
import { BUILT_IN, isSameView, useSavedViews } from "./savedViews.ts";
import type { SavedView } from "./savedViews.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0 },
  one: { display: "flex", alignItems: "center" },
  choose: {
    flex: 1,
    display: "flex",
    alignItems: "center",
    gap: "8px",
    padding: "6px 8px",
    border: "none",
    borderRadius: tokens.borderRadiusMedium,
    background: "none",
    font: "inherit",
    fontSize: tokens.fontSizeBase200,
    color: "inherit",
    textAlign: "left",
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  current: { fontWeight: tokens.fontWeightSemibold },
  mark: { width: "16px", display: "inline-flex" },
  save: {
    display: "flex",
    gap: "6px",
    margin: "6px 0 0",
    padding: "8px 2px 2px",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  name: { flex: 1 },
  note: {
    margin: "6px 4px 2px",
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase100,
  },
});

interface Props {
  filters: QueueFilters;
  onFilters: (filters: QueueFilters) => void;
}

export function SavedViews({ filters, onFilters }: Props) {
  const styles = useStyles();
  const { views, save, remove } = useSavedViews();
  const current = [...BUILT_IN, ...views].find((view) => isSameView(view.filters, filters));
  return (
    <Dropdown label={current?.name ?? "Views"} name="Views">
      {(close) => (
        <>
          <ul className={styles.list}>
            {[...BUILT_IN, ...views].map((view) => (
              <li key={view.name} className={styles.one}>
                <ViewButton
                  view={view}
                  isCurrent={view === current}
                  onChoose={() => {
                    onFilters(view.filters);
                    close();
                  }}
                />
                {views.includes(view) && (
                  <Button
                    size="small"
                    appearance="subtle"
                    icon={<Dismiss12Regular />}
                    aria-label={`Remove the view ${view.name}`}
                    onClick={() => remove(view.name)}
                  />
                )}
              </li>
            ))}
          </ul>
          <SaveForm onSave={(name) => save(name, filters)} />
        </>
      )}
    </Dropdown>
  );
}

interface ViewProps {
  view: SavedView;
  isCurrent: boolean;
  onChoose: () => void;
}

function ViewButton({ view, isCurrent, onChoose }: ViewProps) {
  const styles = useStyles();
  return (
    <button
      type="button"
      className={mergeClasses(styles.choose, isCurrent && styles.current)}
      aria-current={isCurrent}
      onClick={onChoose}
    >
      <span className={styles.mark}>{isCurrent && <Checkmark16Regular aria-hidden />}</span>
      {view.name}
    </button>
  );
}

function SaveForm({ onSave }: { onSave: (name: string) => void }) {
  const styles = useStyles();
  const [name, setName] = useState("");
  const isTaken = BUILT_IN.some((view) => view.name === name.trim());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "" || isTaken) return;
        onSave(name.trim());
        setName("");
      }}
    >
      <div className={styles.save}>
        <Input
          size="small"
          className={styles.name}
          aria-label="Name of the view"
          placeholder="Save these filters as…"
          maxLength={60}
          value={name}
          onChange={(_, { value }) => setName(value)}
        />
        <Button size="small" type="submit" disabled={name.trim() === "" || isTaken}>
          Save
        </Button>
      </div>
      <p className={styles.note}>Your views stay in this browser; a view is also a link.</p>
    </form>
  );
}
