/** What is said of a save that failed; where somebody else changed the model meanwhile, what, and whose version stays. */
import { useQuery } from "@tanstack/react-query";

import type { ModelView } from "../../../../shared/schemas/models.ts";
import { useApi } from "../../api/context.ts";
import { isOverrun } from "../../api/problem.ts";
import { changedRows, Conflict } from "../../components/Conflict.tsx";
import { Failure } from "../../components/Notice.tsx";
import { type HeldModel, modelOptions } from "./queries.ts";

interface Props {
  /** As it was when the form opened. */
  held: ModelView;
  /** Saves what was typed over theirs. */
  onMine: (newest: HeldModel) => void;
  /** Fills the form with theirs. */
  onTheirs: () => void;
}

export function SaveFailure({
  error,
  held,
  ...choices
}: Omit<Props, "held"> & { error: unknown; held: ModelView | undefined }) {
  if (error === null) return null;
  return held !== undefined && isOverrun(error) ? (
    <ModelConflict held={held} {...choices} />
  ) : (
    <Failure error={error} />
  );
}

function ModelConflict({ held, onMine, onTheirs }: Props) {
  const { queryKey, ...one } = modelOptions(useApi(), held.model_name);
  const found = useQuery({ ...one, queryKey: [...queryKey, "newest"] });
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return null;
  const newest = found.data;
  return (
    <Conflict
      title="Somebody else changed this model; nothing of yours was saved"
      rows={changedRows(WORDS, held, newest.view)}
      onMine={() => onMine(newest)}
      onTheirs={onTheirs}
    />
  );
}

const WORDS: Readonly<Record<string, (model: ModelView) => string>> = {
  Provider: ({ provider }) => provider,
  Model: ({ model_id }) => model_id,
  Address: ({ api_base }) => wordsOf(api_base),
  "Sign-in": ({ auth }) => auth,
  Version: ({ api_version }) => wordsOf(api_version),
  Key: ({ api_key_masked }) => wordsOf(api_key_masked),
  "Context, tokens": ({ context_tokens }) => String(context_tokens),
  Prices: ({ prices }) => wordsOf(prices),
  "Asked by default": ({ is_default }) => (is_default ? "yes" : "no"),
};

const wordsOf = (value: unknown): string => {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
};
