/** Sends a write-back with the version that the reader saw; what changed in Sentinel since is theirs to decide. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { ApiClient } from "../../api/client.ts";
import { useApi } from "../../api/context.ts";
import { type IdempotencyKeys, useIdempotencyKeys } from "../../api/idempotencyKeys.ts";
import { isOverrun } from "../../api/problem.ts";
import { changedInSentinel } from "./changedInSentinel.ts";
import { fetchIncident, headKey, incidentPath } from "./queries.ts";
import type { HeldIncident } from "./queries.ts";

/** Sentinel is asked while the dialog waits. */
const TIMEOUT_MS = 60_000;
const TRIES = 3;

interface Sending {
  body: Record<string, unknown>;
  /** Seen meanwhile: write over this version. */
  over?: HeldIncident | undefined;
}

/** `seen`: the version that is written over. `newer`: the one that stood in the way and is not decided on. */
export function useWriteBack(opened: HeldIncident, onDone: () => void) {
  const api = useApi();
  const cache = useQueryClient();
  const [seen, setSeen] = useState(opened);
  const keys = useIdempotencyKeys();
  const { number } = opened.incident;
  const send = useMutation({
    mutationFn: async ({ body, over = seen }: Sending) => {
      setSeen(over);
      return writeOver(api, over, body, { keys, onVersion: setSeen });
    },
    onSuccess: async (newer) => {
      if (newer === undefined) onDone();
      await cache.invalidateQueries({ queryKey: ["incident", number] });
      await cache.invalidateQueries({ queryKey: ["related", number] });
      await cache.invalidateQueries({ queryKey: headKey });
    },
  });
  return { send, seen, newer: send.data };
}

interface Attempts {
  keys: IdempotencyKeys;
  /** Told of each newer version that is written over: another try must have the same one. */
  onVersion: (version: HeldIncident) => void;
}

/** A newer version alone is no conflict: notes and the sync move it, too. @returns the version that differs in Sentinel. */
async function writeOver(
  api: ApiClient,
  seen: HeldIncident,
  body: Record<string, unknown>,
  { keys, onVersion }: Attempts,
): Promise<HeldIncident | undefined> {
  const { number, provider_id: provider } = seen.incident;
  const ref = { number, provider };
  let version = seen;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await api.call(incidentPath(ref, "/writeback"), {
        method: "POST",
        body,
        ifMatch: version.etag,
        idempotencyKey: keys.of([version.etag, body]),
        timeoutMs: TIMEOUT_MS,
      });
      return undefined;
    } catch (error) {
      if (!isOverrun(error) || attempt === TRIES) throw error;
      version = await fetchIncident(api, ref);
      if (changedInSentinel(seen.incident, version.incident).length > 0) return version;
      onVersion(version);
    }
  }
}
