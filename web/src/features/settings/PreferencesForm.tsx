/** The form of a person's notification preferences. */
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";

import { isOverrun } from "../../api/problem.ts";
import { Conflict } from "../../components/Conflict.tsx";
import { Failure } from "../../components/Notice.tsx";
import { ChannelFields } from "./ChannelFields.tsx";
import { changesBetween } from "./changes.ts";
import { draftOf, type PreferencesDraft } from "./draft.ts";
import { faultsOf } from "./faults.ts";
import { EventFields, PaceFields } from "./PreferenceFields.tsx";
import { QuietFields } from "./QuietFields.tsx";
import { type HeldPreferences, useSavePreferences } from "./queries.ts";
import { SendTest } from "./SendTest.tsx";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  end: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px" },
  good: { color: "var(--good)" },
});

/** @param props `held`: as they are now; what was typed belongs to the version that the form was filled from. */
export function PreferencesForm({ held }: { held: HeldPreferences }) {
  const styles = useStyles();
  const [base, setBase] = useState(held);
  const [draft, setDraft] = useState<PreferencesDraft>(() => draftOf(held.preferences));
  const save = useSavePreferences();
  const faults = faultsOf(save.error);
  const set = (changes: Partial<PreferencesDraft>) => {
    setDraft({ ...draft, ...changes });
    save.reset();
  };
  const send = ({ etag }: HeldPreferences) => {
    const typed = { slack_url: "", teams_url: "" };
    save.mutate(
      { body: bodyOf(draft), etag },
      {
        onSuccess: (saved) => {
          setBase(saved);
          setDraft({ ...draft, ...typed });
        },
      },
    );
  };
  return (
    <form
      className={styles.form}
      aria-label="Notification settings"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send(base);
      }}
    >
      <ChannelFields held={base.preferences} draft={draft} set={set} faults={faults} />
      <EventFields draft={draft} set={set} />
      <PaceFields draft={draft} set={set} />
      <QuietFields draft={draft} set={set} faults={faults} />
      {save.isError && !isOverrun(save.error) && <Failure error={save.error} />}
      {isOverrun(save.error) && held.etag !== base.etag && (
        <Conflict
          title="Your settings were changed elsewhere meanwhile; nothing of this form was saved"
          rows={changesBetween(base.preferences, held.preferences)}
          isSaving={save.isPending}
          onMine={() => send(held)}
          onTheirs={() => {
            setBase(held);
            setDraft(draftOf(held.preferences));
            save.reset();
          }}
        />
      )}
      <div className={styles.end}>
        <Button type="submit" appearance="primary" disabled={save.isPending}>
          Save
        </Button>
        {save.isSuccess && <output className={styles.good}>Saved</output>}
      </div>
      <SendTest isChanged={JSON.stringify(draft) !== JSON.stringify(draftOf(base.preferences))} />
    </form>
  );
}

/** Addresses that were not typed stay as they are stored. */
function bodyOf({ slack_url, teams_url, ...draft }: PreferencesDraft) {
  return {
    ...draft,
    ...(slack_url !== "" && { slack_url }),
    ...(teams_url !== "" && { teams_url }),
  };
}
