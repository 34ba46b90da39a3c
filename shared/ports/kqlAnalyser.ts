/** Says whether a query is understood and allowed, before anything runs. */
import type { KqlAnalysis, WorkspaceSchema } from "../schemas/kql.ts";

export interface KqlAnalyser {
  /**
   * Parses, binds and checks the policy, off the event loop.
   * @throws AppError `kql-refused` when the text is too long or analysis takes longer than the limit.
   */
  analyse(query: string, schema: WorkspaceSchema): Promise<KqlAnalysis>;
  close(): Promise<void>;
}
