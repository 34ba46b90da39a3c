/** What holds for everybody of the tenant who has saved nothing, for administrators. */
import { Button, Checkbox, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useApi } from "../../api/context.ts";
import { isOverrun } from "../../api/problem.ts";
import { Conflict } from "../../components/Conflict.tsx";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { SkeletonRows } from "../../components/SkeletonRows.tsx";
import { changesBetween } from "./changes.ts";
import { draftOf, type PreferencesDraft } from "./draft.ts";
import { faultsOf } from "./faults.ts";
import { EventFields, PaceFields } from "./PreferenceFields.tsx";
import { QuietFields } from "./QuietFields.tsx";
import { defaultsOptions, type HeldDefaults, useSaveDefaults } from "./queries.ts";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  group: { border: "none", margin: 0, padding: 0, display: "grid", gap: "2px" },
  legend: { padding: 0, fontWeight: tokens.fontWeightSemibold, marginBottom: "4px" },
  end: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px" },
  good: { color: "var(--good)" },
});

/** @param props `hasMail`: whether this deployment has a mail server. */
export function Defaults({ hasMail }: { hasMail: boolean }) {
  const held = useQuery(defaultsOptions(useApi()));
  return (
    <Section title="Defaults for everybody who has saved nothing">
      {held.isPending && <SkeletonRows rows={4} label="Loading the defaults" />}
      {held.isError && <Failure error={held.error} onRetry={() => void held.refetch()} />}
      {held.data !== undefined && <DefaultsForm held={held.data} hasMail={hasMail} />}
    </Section>
  );
}

function DefaultsForm({ held, hasMail }: { held: HeldDefaults; hasMail: boolean }) {
  const styles = useStyles();
  const [base, setBase] = useState(held);
  const [draft, setDraft] = useState(() => draftOf(held.defaults));
  const save = useSaveDefaults();
  const set = (changes: Partial<PreferencesDraft>) => {
    setDraft({ ...draft, ...changes });
    save.reset();
  };
  const send = ({ etag }: HeldDefaults) =>
    save.mutate({ body: bodyOf(draft), etag }, { onSuccess: setBase });
  const fill = () => {
    setBase(held);
    setDraft(draftOf(held.defaults));
    save.reset();
  };
  return (
    <form
      className={styles.form}
      aria-label="Notification defaults"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send(base);
      }}
    >
      <Where draft={draft} set={set} hasMail={hasMail} />
      <EventFields draft={draft} set={set} />
      <PaceFields draft={draft} set={set} />
      <QuietFields draft={draft} set={set} faults={faultsOf(save.error)} />
      {save.isError && !isOverrun(save.error) && <Failure error={save.error} />}
      {isOverrun(save.error) && held.etag !== base.etag && (
        <Conflict
          title="The defaults were changed elsewhere meanwhile; nothing of this form was saved"
          rows={changesBetween(base.defaults, held.defaults)}
          isSaving={save.isPending}
          onMine={() => send(held)}
          onTheirs={fill}
        />
      )}
      <div className={styles.end}>
        <Button type="submit" disabled={save.isPending}>
          Save defaults
        </Button>
        {save.isSuccess && <output className={styles.good}>Saved</output>}
      </div>
    </form>
  );
}

interface WhereProps {
  draft: PreferencesDraft;
  set: (changes: Partial<PreferencesDraft>) => void;
  hasMail: boolean;
}

/** Chats need an address of each person's own, so defaults have no switch for them. */
function Where({ draft: { channels }, set, hasMail }: WhereProps) {
  const styles = useStyles();
  const box = (channel: "in_app" | "email", label: string) => (
    <Checkbox
      label={label}
      checked={channels[channel]}
      onChange={(_, { checked }) => set({ channels: { ...channels, [channel]: checked === true } })}
    />
  );
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>Where</legend>
      {box("in_app", "Under the bell")}
      {box(
        "email",
        hasMail
          ? "Mail to the address of the sign-in, of people seen in the last 90 days"
          : "Mail (this deployment has no mail server: none goes out until an operator sets one up)",
      )}
    </fieldset>
  );
}

const bodyOf = ({ slack_url: _slack, teams_url: _teams, ...draft }: PreferencesDraft) => draft;
