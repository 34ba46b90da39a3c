/** Makes or changes a schedule: the server judges question and timing while they are typed, and nothing typed gets lost. */
import { Button, Checkbox, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useApi } from "../../api/context.ts";
import { ApiError } from "../../api/problem.ts";
import { Conflict } from "../../components/Conflict.tsx";
import { Failure } from "../../components/Notice.tsx";
import { Section } from "../../components/Section.tsx";
import { type FormDraft, useFormDraft } from "../../components/useFormDraft.ts";
import { useSettled } from "../../components/useSettled.ts";
import { useTitle } from "../../components/useTitle.ts";
import { useMe } from "../signIn/me.ts";
import { bodyOf, changesBetween, changesOf, draftOf, fieldNamed, timingOf } from "./draft.ts";
import type { ScheduleDraft } from "./draft.ts";
import { LocalTime } from "./NextRun.tsx";
import { previewOptions, useSaveSchedule } from "./queries.ts";
import type { HeldSchedule, Saved } from "./queries.ts";
import { QuestionFields } from "./QuestionFields.tsx";
import { TimingFields } from "./TimingFields.tsx";
import type { Faults } from "./TimingFields.tsx";

const TYPING_MS = 600;

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  actions: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px" },
  runs: { margin: "4px 0", paddingLeft: "18px" },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  /** The saved schedule; undefined makes a new one. */
  held: HeldSchedule | undefined;
  onSaved: (id: string) => void;
  onClose: () => void;
}

export function ScheduleForm({ held, onSaved, onClose }: Props) {
  const styles = useStyles();
  const me = useMe();
  const title = held === undefined ? "New schedule" : "Edit schedule";
  useTitle(title);
  const kept = useFormDraft(`schedule.${me.id}.${held?.view.id ?? "new"}`, draftOf(held?.view));
  const { draft, set } = kept;
  const saving = useSaving(held, kept, { onSaved, onClose });
  const preview = usePreview(draft);
  const faults = { ...faultsOf(preview.error, draft), ...faultsOf(saving.error, draft) };
  return (
    <Section
      title={title}
      isPage
      aside={kept.isRestored ? "what you typed before is back" : undefined}
    >
      <form
        aria-label={title}
        noValidate
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          saving.save();
        }}
      >
        <QuestionFields draft={draft} faults={faults} set={set} />
        <TimingFields draft={draft} faults={faults} set={set} />
        <NextRuns preview={preview} />
        <Checkbox
          label="A run that no model could judge counts as failed"
          checked={draft.require_model}
          onChange={(_, { checked }) => set({ require_model: checked === true })}
        />
        {saving.error !== null && <Failure error={saving.error} />}
        {saving.conflict !== undefined && <Conflict {...saving.conflict} />}
        <div className={styles.actions}>
          <Button type="submit" appearance="primary" disabled={saving.isBusy}>
            {held === undefined ? "Create schedule" : "Save"}
          </Button>
          <Button appearance="subtle" onClick={saving.close}>
            Cancel
          </Button>
        </div>
      </form>
    </Section>
  );
}

/** Saves what the form changed, over the version it was filled from or the one that the reader decided on. */
function useSaving(
  held: HeldSchedule | undefined,
  { draft, set, drop }: FormDraft<ScheduleDraft>,
  { onSaved, onClose }: Pick<Props, "onSaved" | "onClose">,
) {
  const [base, setBase] = useState(held);
  const { mutate, reset, data, error, isPending } = useSaveSchedule();
  const close = () => {
    drop();
    onClose();
  };
  const onSuccess = (saved: Saved) => {
    if ("theirs" in saved) return;
    drop();
    onSaved(saved.id);
  };
  const save = (over = base) => {
    const body = base === undefined ? bodyOf(draft) : changesOf(draft, base.view);
    if (base !== undefined && Object.keys(body).length === 0) return close();
    mutate({ body, over }, { onSuccess });
  };
  const theirs = data !== undefined && "theirs" in data ? data.theirs : undefined;
  const conflict = base !== undefined &&
    theirs !== undefined && {
      title: "Somebody else changed this schedule; nothing of yours was saved",
      rows: changesBetween(base.view, theirs.view),
      onMine: () => save(theirs),
      onTheirs: () => {
        setBase(theirs);
        set(draftOf(theirs.view));
        reset();
      },
    };
  return { error, isBusy: isPending, conflict: conflict || undefined, save, close };
}

function usePreview(draft: ScheduleDraft) {
  const timing = useSettled(JSON.stringify(timingOf(draft)), TYPING_MS);
  const asked: object = JSON.parse(timing);
  return useQuery(previewOptions(useApi(), asked));
}

function NextRuns({ preview }: { preview: ReturnType<typeof usePreview> }) {
  const styles = useStyles();
  return (
    <div aria-live="polite">
      {preview.data !== undefined && (
        <>
          <span className={styles.quiet}>Next runs, in your own time</span>
          <ol className={styles.runs} aria-label="Next runs">
            {preview.data.next_runs.map((at) => (
              <li key={at}>
                <LocalTime at={at} />
              </li>
            ))}
          </ol>
        </>
      )}
      {preview.isError && !(preview.error instanceof ApiError) && <Failure error={preview.error} />}
    </div>
  );
}

function faultsOf(error: unknown, draft: ScheduleDraft): Faults {
  if (!(error instanceof ApiError)) return {};
  const faults: Faults = {};
  for (const { pointer, detail } of error.problem.errors ?? []) {
    const field = fieldNamed(pointer, draft);
    if (field !== undefined) faults[field] = detail;
  }
  return faults;
}
