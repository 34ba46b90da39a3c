/** What can be done with incidents of the queue, and how the last deed went. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import type { IncidentSummary } from "../../../../shared/schemas/incidents.ts";
import { useApi } from "../../api/context.ts";
import { useStart, usualStart } from "../sessions/queries.ts";
import { changedBy, sendStep, showInLists, undoOf } from "./bulk.ts";
import type { Change, ItemResult, Step } from "./bulk.ts";
import { headKey, useEnrich } from "./queries.ts";

export type Outcome =
  | { kind: "changed"; results: ItemResult[]; undo: Step[] }
  | { kind: "undone"; count: number }
  | { kind: "enriched"; number: number };

export interface Acts {
  change: (incidents: readonly IncidentSummary[], change: Change) => void;
  undo: () => void;
  enrich: (incident: IncidentSummary) => void;
  investigate: (incident: IncidentSummary) => void;
  isBusy: boolean;
  outcome: Outcome | undefined;
  error: unknown;
  /** Puts the words about the last deed away. */
  dismiss: () => void;
}

export function useActs(): Acts {
  const navigate = useNavigate();
  const start = useStart();
  const enrichment = useEnrich();
  const send = useSend();
  const enriched = enrichment.isSuccess ? enrichment.variables.number : undefined;
  const undoSteps = send.data?.kind === "changed" ? send.data.undo : [];
  const dismiss = () => {
    send.reset();
    enrichment.reset();
    start.reset();
  };
  return {
    change: (incidents, change) => {
      dismiss();
      if (incidents.length > 0) {
        send.mutate({ steps: [{ incidents, change }], isUndo: false });
      }
    },
    undo: () => send.mutate({ steps: undoSteps, isUndo: true }),
    enrich: ({ number, provider_id: provider }) => {
      dismiss();
      enrichment.mutate({ number, provider });
    },
    investigate: (incident) => {
      dismiss();
      start.mutate(usualStart(incident), {
        onSuccess: ({ session_id: id }) => void navigate({ to: "/sessions/$id", params: { id } }),
      });
    },
    isBusy: send.isPending || enrichment.isPending || start.isPending,
    outcome:
      send.data ?? (enriched === undefined ? undefined : { kind: "enriched", number: enriched }),
    error: send.error ?? enrichment.error ?? start.error,
    dismiss,
  };
}

/** Sends steps one after the other; the rows show them at once, and what failed goes back. */
function useSend() {
  const api = useApi();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ steps, isUndo }: { steps: Step[]; isUndo: boolean }): Promise<Outcome> => {
      // A poll that is under way would bring the old values back.
      await cache.cancelQueries({ queryKey: headKey });
      const results: ItemResult[] = [];
      const undo: Step[] = [];
      for (const step of steps) {
        const before = step.incidents;
        showInLists(
          cache,
          before.map((incident) => changedBy(incident, step.change)),
        );
        try {
          const found = await sendStep(api, step);
          const failed = found.filter(({ result }) => result === "failed");
          showInLists(
            cache,
            failed.map(({ incident }) => incident),
          );
          results.push(...found);
          undo.push(...undoOf(step.change, found));
        } catch (error) {
          showInLists(cache, before);
          throw error;
        }
      }
      return isUndo
        ? { kind: "undone", count: results.length }
        : { kind: "changed", results, undo };
    },
    onSettled: async () => {
      await cache.invalidateQueries({ queryKey: headKey });
      await cache.invalidateQueries({ queryKey: ["incident"] });
      await cache.invalidateQueries({ queryKey: ["incidents", "count"] });
    },
  });
}
