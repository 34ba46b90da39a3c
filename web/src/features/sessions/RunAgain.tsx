/** Makes the request of an investigation again that failed, was stopped, or was left by its model. */
import { Button } from "@fluentui/react-components";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import type { SessionView } from "../../../../shared/schemas/sessions.ts";
import { useApi } from "../../api/context.ts";
import { useIdempotencyKeys } from "../../api/idempotencyKeys.ts";
import { Failure } from "../../components/Notice.tsx";
import { modelNamesOptions, useStart } from "./queries.ts";

/** Whether the run may go better another time. */
export const isToRunAgain = ({ status, degraded }: SessionView): boolean =>
  status === "failed" || status === "cancelled" || degraded !== undefined;

export function RunAgain({ session }: { session: SessionView }) {
  const navigate = useNavigate();
  const start = useStart();
  const follow = useFollowUpAgain(session);
  const { data: models } = useQuery(modelNamesOptions(useApi()));
  const hasModel = models?.items.some((one) => one.model_name === session.model_name) === true;
  const onSuccess = (reply: { session_id: string } | undefined) => {
    if (reply === undefined) return;
    void navigate({ to: "/sessions/$id", params: { id: reply.session_id }, search: {} });
  };
  const again = () =>
    session.parent_id === undefined
      ? start.mutate(sameRequest(session, hasModel), { onSuccess })
      : follow.mutate(undefined, { onSuccess });
  const error = start.error ?? follow.error;
  return (
    <>
      <Button size="small" disabled={start.isPending || follow.isPending} onClick={again}>
        Run again
      </Button>
      {error !== null && <Failure error={error} />}
    </>
  );
}

/** A follow-up is asked on again from where it was asked. */
function useFollowUpAgain({ parent_id, query }: SessionView) {
  const api = useApi();
  const keys = useIdempotencyKeys();
  return useMutation({
    mutationFn: () => {
      const path = `/api/v1/sessions/${encodeURIComponent(parent_id ?? "")}/message`;
      const body = { text: query };
      const call = { method: "POST", body, idempotencyKey: keys.of(body) } as const;
      return api.read<{ session_id: string }>(path, call);
    },
    onSuccess: () => keys.clear(),
  });
}

/** What was asked at the start. A model that was removed since is left to the default. */
function sameRequest(session: SessionView, hasModel: boolean) {
  const { id, query, persona, provider_id, incident_number, lookback, model_name } = session;
  return {
    query,
    persona,
    provider: provider_id,
    rerun_of: id,
    ...(incident_number !== undefined && { incident_number }),
    ...(lookback !== undefined && { timespan: lookback }),
    ...(hasModel && model_name !== undefined && { model: model_name }),
    ...(session.budget !== null && { budget: session.budget }),
    ...(session.require_model && { require_model: true }),
  };
}
