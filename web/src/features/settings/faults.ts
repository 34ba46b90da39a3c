/** What the server found wrong, by the pointer of the field; empty for an error that is not about fields. */
import { ApiError } from "../../api/problem.ts";

export type Faults = Readonly<Record<string, string>>;

export function faultsOf(error: unknown): Faults {
  if (!(error instanceof ApiError)) return {};
  const errors = error.problem.errors ?? [];
  return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail]));
}
