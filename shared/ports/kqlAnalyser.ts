/** Says whether a query is understood and allowed, before anything runs. */
import type { KqlAnalysis, WorkspaceSchema } from "../schemas/kql.ts";
import type { ProviderKqlPolicy } from "../schemas/providers.ts";

export interface KqlAnalyser {
  /**
   * Parses, binds and checks the policy, off the event loop.
   * @param policy what the provider allows beyond, or short of, what every query may do.
   * @throws AppError `kql-refused` when the text is too long or analysis takes longer than the limit.
   */
  analyse(query: string, schema: WorkspaceSchema, policy?: ProviderKqlPolicy): Promise<KqlAnalysis>;
  close(): Promise<void>;
}
