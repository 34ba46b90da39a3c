/** What can be done with the selected incidents; floats over the rows, so that none of them moves. */
import { Button, Input, makeStyles, Select, Spinner, tokens } from "@fluentui/react-components";
import { useState } from "react";

import type { IncidentSummary, LocalStatus } from "../../../../shared/schemas/incidents.ts";
import { LOCAL_STATUS_WORD, LOCAL_STATUSES } from "../../components/words.ts";
import { useMe } from "../signIn/me.ts";
import { ActOutcome } from "./ActOutcome.tsx";
import type { Change } from "./bulk.ts";
import type { Acts } from "./useActs.ts";
import type { Selection } from "./useSelection.ts";

const useStyles = makeStyles({
  root: {
    position: "absolute",
    zIndex: 5,
    left: "50%",
    bottom: "16px",
    transform: "translateX(-50%)",
    width: "max-content",
    maxWidth: "calc(100% - 48px)",
    boxSizing: "border-box",
    display: "flex",
    flexDirection: "column",
    gap: "8px",
    padding: "8px 12px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    boxShadow: tokens.shadow28,
    fontSize: tokens.fontSizeBase200,
  },
  acts: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "6px 8px" },
  count: { marginRight: "8px", fontVariantNumeric: "tabular-nums" },
  tag: { width: "160px" },
});

interface Props {
  selection: Selection;
  acts: Acts;
}

export function BulkBar({ selection, acts }: Props) {
  const styles = useStyles();
  const isQuiet = acts.outcome === undefined && acts.error === null && !acts.isBusy;
  if (selection.chosen.size === 0 && isQuiet) return null;
  return (
    <section className={styles.root} aria-label="Selected incidents">
      {selection.chosen.size > 0 && <SelectedActs selection={selection} acts={acts} />}
      {acts.isBusy && <Spinner size="extra-tiny" label="Working" />}
      <ActOutcome acts={acts} />
    </section>
  );
}

function SelectedActs({ selection, acts }: Props) {
  const styles = useStyles();
  const me = useMe();
  const incidents: readonly IncidentSummary[] = [...selection.chosen.values()];
  const change = (changes: Change) => acts.change(incidents, changes);
  return (
    <div className={styles.acts}>
      <b className={styles.count}>
        {incidents.length} selected{selection.isFull && ", the most at once"}
      </b>
      <StatusBox isOff={acts.isBusy} onStatus={(next) => change({ local_status: next })} />
      {me.email !== undefined && (
        <Button
          size="small"
          disabled={acts.isBusy}
          onClick={() => change({ assigned_to: me.email ?? null })}
        >
          Assign to me
        </Button>
      )}
      <Button size="small" disabled={acts.isBusy} onClick={() => change({ assigned_to: null })}>
        Assign to nobody
      </Button>
      <TagBox isOff={acts.isBusy} onTag={(tag) => change({ add_tags: [tag] })} />
      <Button size="small" appearance="subtle" onClick={selection.clear}>
        Clear
      </Button>
    </div>
  );
}

interface StatusProps {
  isOff: boolean;
  onStatus: (status: LocalStatus) => void;
}

function StatusBox({ isOff, onStatus }: StatusProps) {
  const choose = (value: string) => {
    const next = LOCAL_STATUSES.find((each) => each === value);
    if (next !== undefined) onStatus(next);
  };
  return (
    <Select
      size="small"
      aria-label="Set the status"
      value=""
      disabled={isOff}
      onChange={(_, { value }) => choose(value)}
    >
      <option value="">Set status…</option>
      {LOCAL_STATUSES.map((value) => (
        <option key={value} value={value}>
          {LOCAL_STATUS_WORD[value]}
        </option>
      ))}
    </Select>
  );
}

function TagBox({ isOff, onTag }: { isOff: boolean; onTag: (tag: string) => void }) {
  const styles = useStyles();
  const [text, setText] = useState("");
  const add = () => {
    if (text.trim() === "") return;
    onTag(text.trim());
    setText("");
  };
  return (
    <Input
      className={styles.tag}
      size="small"
      aria-label="Add a tag to the selected"
      placeholder="Add a tag, then Enter"
      maxLength={64}
      disabled={isOff}
      value={text}
      onChange={(_, { value }) => setText(value)}
      onKeyDown={(event) => event.key === "Enter" && add()}
    />
  );
}
