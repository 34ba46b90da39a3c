/** What is wrong with a model's draft, by field: the server's own schema, and what the server answered. */
// Schemas look at the setting while they are made, so it must be set by an import before theirs.
// oxlint-disable-next-line import/no-unassigned-import
import "../../components/zodWithoutEval.ts";
import { issueWords } from "../../../../shared/schemas/issueWords.ts";
import { CreateModelBody, UpdateModelBody } from "../../../../shared/schemas/models.ts";
import { ApiError } from "../../api/problem.ts";
import { bodyOf, type ModelDraft } from "./draft.ts";

export type Faults = Partial<Record<keyof ModelDraft, string>>;

const FIELDS: readonly (keyof ModelDraft)[] = [
  "model_name",
  "model_id",
  "api_base",
  "api_version",
  "api_key",
  "input_per_million",
  "cached_input_per_million",
  "output_per_million",
  "context_tokens",
];

export function draftFaults(draft: ModelDraft, isNew: boolean): Faults {
  const schema = isNew ? CreateModelBody : UpdateModelBody;
  const { error } = schema.safeParse(bodyOf(draft, isNew), { error: issueWords });
  return byField((error?.issues ?? []).map(({ path, message }) => [path.map(String), message]));
}

/** Empty for an error that is not about fields. */
export function faultsOfError(error: unknown): Faults {
  if (!(error instanceof ApiError)) return {};
  const { errors = [] } = error.problem;
  return byField(errors.map(({ pointer, detail }) => [pointer.split("/").slice(1), detail]));
}

function byField(found: readonly (readonly [readonly string[], string])[]): Faults {
  const faults: Faults = {};
  for (const [path, message] of found) {
    const field = FIELDS.find((each) => path.includes(each));
    if (field !== undefined) faults[field] ??= message;
  }
  return faults;
}
