/** What the webhook form holds and does: a newer version must not lend its ETag to what was typed before. */
import { useState } from "react";

import { changesOf, draftFaults, draftOf, faultsOfError, type WebhookDraft } from "./draft.ts";
import { type HeldWebhook, useSaveWebhook } from "./queries.ts";

/** @param held the webhook as it is now; undefined adds a new one. */
export function useWebhookForm(held: HeldWebhook | undefined, onClose: () => void) {
  /** What the form was filled from. */
  const [base, setBase] = useState(held);
  const [draft, setDraft] = useState(() => draftOf(held?.view));
  const [isTouched, setTouched] = useState(false);
  const save = useSaveWebhook();
  const found = draftFaults(draft, base === undefined);
  const send = (over: HeldWebhook | undefined) => {
    const body = changesOf(draft, base?.view);
    if (Object.keys(body).length === 0) return onClose();
    const onSuccess = ({ secret }: { secret?: string | undefined }) => {
      if (secret === undefined) onClose();
    };
    save.mutate({ body, held: over }, { onSuccess });
  };
  return {
    base,
    draft,
    save,
    faults: { ...(isTouched ? found : {}), ...faultsOfError(save.error) },
    set: (changes: Partial<WebhookDraft>) => {
      setDraft({ ...draft, ...changes });
      save.reset();
    },
    submit: () => {
      setTouched(true);
      if (Object.keys(found).length === 0) send(base);
    },
    /** Over what is stored now: only what was changed here. */
    saveMine: () => send(held),
    takeTheirs: () => {
      setBase(held);
      setDraft(draftOf(held?.view));
      save.reset();
    },
  };
}
