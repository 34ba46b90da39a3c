/** What can be done with the selected incidents, and how it went for each. */
import { Button, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { LocalStatus } from "../../../../shared/schemas/incidents.ts";
import type { IncidentBulkReply } from "../../../../shared/schemas/incidentsBulk.ts";
import { useApi } from "../../api/context.ts";
import { Failure } from "../../components/Notice.tsx";
import { OutsideText } from "../../components/OutsideText.tsx";
import { LOCAL_STATUS_WORD } from "../../components/words.ts";
import { useMe } from "../signIn/me.ts";
import { headKey } from "./queries.ts";
import { SELECTED_MAX } from "./useSelection.ts";
import type { Selection } from "./useSelection.ts";

const useStyles = makeStyles({
  root: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "6px 12px",
    padding: `6px ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorNeutralForeground1,
    fontSize: tokens.fontSizeBase200,
  },
  tag: { width: "150px" },
});

interface Change {
  local_status?: LocalStatus;
  assigned_to?: string | null;
  add_tags?: string[];
}

const STATUSES: readonly LocalStatus[] = ["new", "in_progress", "waiting", "resolved"];

export function BulkBar({ selection }: { selection: Selection }) {
  const styles = useStyles();
  const api = useApi();
  const cache = useQueryClient();
  const me = useMe();
  const change = useMutation({
    mutationFn: (changes: Change) =>
      api.read<IncidentBulkReply>("/api/v1/incidents/bulk", {
        method: "POST",
        body: { numbers: [...selection.numbers], ...changes },
      }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: headKey });
      await cache.invalidateQueries({ queryKey: ["incident"] });
    },
  });
  if (selection.numbers.size === 0) return null;
  return (
    <section className={styles.root} aria-label="Selected incidents">
      <b>
        {selection.numbers.size} selected
        {selection.numbers.size === SELECTED_MAX && `, the most at once`}
      </b>
      <StatusBox
        isOff={change.isPending}
        onStatus={(next) => change.mutate({ local_status: next })}
      />
      {me.email !== undefined && (
        <Button
          size="small"
          disabled={change.isPending}
          onClick={() => change.mutate({ assigned_to: me.email ?? null })}
        >
          Assign to me
        </Button>
      )}
      <Button
        size="small"
        disabled={change.isPending}
        onClick={() => change.mutate({ assigned_to: null })}
      >
        Assign to nobody
      </Button>
      <TagBox isOff={change.isPending} onTag={(tag) => change.mutate({ add_tags: [tag] })} />
      <Button size="small" appearance="subtle" onClick={selection.clear}>
        Clear selection
      </Button>
      {change.isSuccess && <Results reply={change.data} />}
      {change.isError && <Failure error={change.error} />}
    </section>
  );
}

interface StatusProps {
  isOff: boolean;
  onStatus: (status: LocalStatus) => void;
}

function StatusBox({ isOff, onStatus }: StatusProps) {
  const choose = (value: string) => {
    const next = STATUSES.find((each) => each === value);
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
      {STATUSES.map((value) => (
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

/** Each failure by number: the others are changed all the same. */
function Results({ reply }: { reply: IncidentBulkReply }) {
  const failed = reply.items.filter(({ result }) => result === "failed");
  return (
    <output>
      {reply.changed} changed, {reply.unchanged} unchanged
      {failed.length > 0 && (
        <>
          , {failed.length} failed:{" "}
          <OutsideText
            text={failed.map(({ number, error }) => `#${number} ${error?.detail ?? ""}`).join("; ")}
            limit={300}
          />
        </>
      )}
    </output>
  );
}
