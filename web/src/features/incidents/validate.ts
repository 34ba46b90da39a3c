/** Checks a change with the server's own schema, while it is typed. */
// Schemas look at the setting while they are made, so it must be set by an import before theirs.
// oxlint-disable-next-line import/no-unassigned-import
import "../../components/zodWithoutEval.ts";
import { IncidentPatch } from "../../../../shared/schemas/incidents.ts";
import { issueWords } from "../../../../shared/schemas/issueWords.ts";

/** What is wrong with the change, in one sentence; undefined when the server would take it. */
export function faultOf(patch: IncidentPatch): string | undefined {
  const parsed = IncidentPatch.safeParse(patch, { error: issueWords });
  return parsed.success ? undefined : parsed.error.issues[0]?.message;
}
