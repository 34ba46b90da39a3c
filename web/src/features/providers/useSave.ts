/** Tests a provider's form, then saves it: as a whole when it is new, field by field when somebody edits it. */
import { useState } from "react";

import type { ProviderTestReply } from "../../../../shared/schemas/siemProviders.ts";
import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";
import { isOverrun } from "../../api/problem.ts";
import {
  changesOf,
  connectionOf,
  createBodyOf,
  differencesOf,
  draftOf,
  isSameConnection,
} from "./draft.ts";
import type { DraftField, ProviderDraft } from "./draft.ts";
import {
  createProvider,
  fetchProvider,
  patchProvider,
  testUnsaved,
  useAfterSave,
} from "./queries.ts";
import type { HeldProvider } from "./queries.ts";

interface Tested {
  draft: ProviderDraft;
  reply: ProviderTestReply;
}

/** Somebody else changed these fields, and so did the form. */
export interface Conflicting {
  fields: DraftField[];
  theirs: HeldProvider;
}

export interface Saving {
  isBusy: "testing" | "saving" | undefined;
  error: unknown;
  conflict: Conflicting | undefined;
  /** The test of what the form says now; undefined when it was changed since, or never tested. */
  tested: ProviderTestReply | undefined;
  test: () => Promise<void>;
  /** Tests first when the connection is new; `isForced` saves although the test failed. */
  save: (isForced?: boolean) => Promise<void>;
  /** Saves over what somebody else wrote. */
  keepMine: () => Promise<void>;
  /** The form takes the other one's values: nothing stands against it any more. */
  takeTheirs: () => void;
}

interface Options {
  draft: ProviderDraft;
  /** What is saved; undefined for a new provider. */
  held: HeldProvider | undefined;
  onSaved: () => void;
}

export function useSave(options: Options): Saving {
  const { draft, held, onSaved } = options;
  const api = useApi();
  const afterSave = useAfterSave();
  const [isBusy, setBusy] = useState<Saving["isBusy"]>();
  const [error, setError] = useState<unknown>();
  const [conflict, setConflict] = useState<Conflicting>();
  const [last, setLast] = useState<Tested>();
  const isNew = held === undefined || !isSameConnection(draft, draftOf(held.view));
  const tested = last !== undefined && isSameConnection(last.draft, draft) ? last.reply : undefined;

  const during = async (what: Saving["isBusy"], work: () => Promise<void>) => {
    setBusy(what);
    setError(undefined);
    setConflict(undefined);
    try {
      await work();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(undefined);
    }
  };
  const test = async (): Promise<boolean> => {
    const lent = held !== undefined && { provider_id: held.view.id };
    const reply = await testUnsaved(api, { ...connectionOf(draft), ...lent });
    setLast({ draft, reply });
    return reply.status === "healthy";
  };
  const written = (id: string) => {
    void afterSave(id, isNew);
    onSaved();
  };

  return {
    isBusy,
    error,
    conflict,
    tested,
    test: () => during("testing", async () => void (await test())),
    save: async (isForced = false) => {
      let mayWrite = !isNew || isForced || tested?.status === "healthy";
      if (!mayWrite) {
        await during("testing", async () => {
          mayWrite = await test();
        });
      }
      if (!mayWrite) return;
      await during("saving", async () => {
        const outcome = await write(api, options);
        if (typeof outcome === "string") written(outcome);
        else setConflict(outcome);
      });
    },
    takeTheirs: () => setConflict(undefined),
    keepMine: () =>
      during("saving", async () => {
        if (conflict !== undefined) written(await patch(api, options, conflict.theirs));
      }),
  };
}

/** Sends what the form changed, over the version `base`. Returns the provider's id. */
async function patch(api: ApiClient, { draft, held }: Options, base: HeldProvider) {
  const changes = changesOf(draft, draftOf(held?.view));
  if (Object.keys(changes).length > 0) {
    await patchProvider(api, base.view.id, changes, base.etag);
  }
  return base.view.id;
}

/**
 * Returns the provider's id, or what stands against it. A newer version alone is no conflict: each health check
 * makes one. A change of the same field is.
 */
async function write(api: ApiClient, options: Options): Promise<string | Conflicting> {
  const { draft, held } = options;
  if (held === undefined) return (await createProvider(api, createBodyOf(draft))).id;
  try {
    return await patch(api, options, held);
  } catch (cause) {
    if (!isOverrun(cause)) throw cause;
    const theirs = await fetchProvider(api, held.view.id);
    const before = draftOf(held.view);
    const now = draftOf(theirs.view);
    const mine = new Set(differencesOf(draft, before));
    const apart = new Set(differencesOf(draft, now));
    const fields = differencesOf(now, before).filter((each) => mine.has(each) && apart.has(each));
    return fields.length > 0 ? { fields, theirs } : await patch(api, options, theirs);
  }
}
