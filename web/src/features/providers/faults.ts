/** What is wrong with a provider's form, field by field, by the server's own schemas. */
// Schemas look at the setting while they are made, so it must be set by an import before theirs.
// oxlint-disable-next-line import/no-unassigned-import
import "../../components/zodWithoutEval.ts";
import { issueWords } from "../../../../shared/schemas/issueWords.ts";
import { CreateProviderBody, ProviderTestBody } from "../../../../shared/schemas/siemProviders.ts";
import { ApiError } from "../../api/problem.ts";
import { connectionOf, createBodyOf, fieldNamed } from "./draft.ts";
import type { DraftField, ProviderDraft } from "./draft.ts";

export type Faults = Partial<Record<DraftField, string>>;

interface Issue {
  path: readonly PropertyKey[];
  message: string;
}

function faultsFrom(issues: readonly Issue[], draft: ProviderDraft): Faults {
  const faults: Faults = {};
  for (const { path, message } of issues) {
    const names = path.toReversed().filter((part) => typeof part === "string");
    const field = names.map(fieldNamed).find((name) => name !== undefined);
    if (field === undefined) continue;
    faults[field] ??= draft[field] === "" ? "This is needed." : message;
  }
  return faults;
}

/** Faults of what a connection test needs; a saved provider (`id`) lends its secret. */
export function connectionFaults(draft: ProviderDraft, id: string | undefined): Faults {
  const body = { ...connectionOf(draft), ...(id !== undefined && { provider_id: id }) };
  const parsed = ProviderTestBody.safeParse(body, { error: issueWords });
  return parsed.success ? {} : faultsFrom(parsed.error.issues, draft);
}

/** Faults of the whole form. */
export function draftFaults(draft: ProviderDraft, id: string | undefined): Faults {
  const body = createBodyOf(draft);
  // A saved secret stays when none is typed; the schema of the creation does not know of it.
  const lent = id !== undefined && draft.auth === "client_secret" && draft.client_secret === "";
  const parsed = CreateProviderBody.safeParse(lent ? { ...body, client_secret: "saved" } : body, {
    error: issueWords,
  });
  const faults = parsed.success ? {} : faultsFrom(parsed.error.issues, draft);
  return { ...addressFaults(draft), ...faults };
}

/** The three parts of the address go together, and write-back goes through it. */
function addressFaults(draft: ProviderDraft): Faults {
  const parts = ["subscription_id", "resource_group", "workspace_name"] as const;
  const missing = parts.filter((part) => draft[part].trim() === "");
  if (missing.length === 0) return {};
  if (missing.length === parts.length && !draft.writeback_enabled) return {};
  const why = draft.writeback_enabled ? "Write-back needs this." : "Give all three or none.";
  return Object.fromEntries(missing.map((part) => [part, why]));
}

/** What the server found wrong with single fields; empty when it was something else. */
export function faultsOfError(error: unknown): Faults {
  if (!(error instanceof ApiError)) return {};
  const faults: Faults = {};
  for (const { pointer, detail } of error.problem.errors ?? []) {
    const field = pointer
      .split("/")
      .map(fieldNamed)
      .findLast((name) => name !== undefined);
    if (field !== undefined) faults[field] = detail;
  }
  return faults;
}
