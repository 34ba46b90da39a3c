/** What the analyser and its worker say to each other. */
import type { KqlAnalysis, KqlFunction, WorkspaceSchema } from "../schemas/kql.ts";
import type { KqlPolicy } from "./policy.ts";

export type AnalyserRequest =
  | {
      readonly kind: "schema";
      readonly id: number;
      readonly key: string;
      readonly schema: WorkspaceSchema;
      /** Sent beside the schema: what is kept under a symbol does not travel between threads. */
      readonly functions: readonly KqlFunction[];
    }
  | {
      readonly kind: "query";
      readonly id: number;
      readonly query: string;
      readonly schemaKey: string;
      readonly policy: KqlPolicy;
    };

/** Id 0 says that the worker is warm. */
export interface AnalyserAnswer {
  readonly id: number;
  readonly analysis?: KqlAnalysis;
}
