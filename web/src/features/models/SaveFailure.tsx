/** What is said of a save that failed; where somebody else changed the model meanwhile, what, and whose version stays. */
import { Button } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";

import type { ModelView } from "../../../../shared/schemas/models.ts";
import { useApi } from "../../api/context.ts";
import { isOverrun } from "../../api/problem.ts";
import { ChangeLines } from "../../components/ChangeLines.tsx";
import { Failure, Notice } from "../../components/Notice.tsx";
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
    <Notice
      title="Somebody else changed this model while you were editing it"
      actions={
        <>
          <Button size="small" onClick={onTheirs}>
            Take theirs
          </Button>
          <Button size="small" onClick={() => onMine(newest)}>
            Save mine over it
          </Button>
        </>
      }
    >
      <ChangeLines lines={differences(held, newest.view)} />
    </Notice>
  );
}

const FIELDS = {
  provider: "provider",
  model_id: "model",
  api_base: "address",
  auth: "sign-in",
  api_version: "version",
  api_key_masked: "key",
  context_tokens: "context, tokens",
  prices: "prices",
  is_default: "asked by default",
} as const satisfies Partial<Record<keyof ModelView, string>>;

const NAMES = Object.keys(FIELDS).filter((name): name is keyof typeof FIELDS => name in FIELDS);

const differences = (before: ModelView, after: ModelView) =>
  NAMES.filter((name) => wordsOf(before[name]) !== wordsOf(after[name])).map((name) => ({
    kind: "Changed" as const,
    text: `${FIELDS[name]}: ${wordsOf(after[name])}`,
    before: wordsOf(before[name]),
  }));

const wordsOf = (value: unknown): string => {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
};
