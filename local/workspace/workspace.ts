/** What the simulated services need of a workspace: who may read it, and its rows. */
import type { MemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import type { WorkspaceSchema } from "../../shared/schemas/kql.ts";
import type { Registration } from "./entra.ts";
import type { Row } from "./rows/row.ts";

export interface Workspace extends Registration {
  /** Shown to people, e.g. contoso. */
  readonly name: string;
  /** What Log Analytics calls the customer id. */
  readonly workspaceId: string;
  readonly schema: WorkspaceSchema;
  readonly tables: MemoryTables;
  /** The workspace's time: rows later than it are not there yet. */
  now(): Date;
  /** Takes rows that somebody wrote, for as long as the workspace remembers anything; queries find them a little later. */
  record(table: string, rows: readonly Row[]): void;
  /** Rows taken that no query finds yet, in the order they came. */
  underway(table: string): readonly Row[];
  /** Brings what happens by itself up to the workspace's time. Cheap when nothing is due. */
  tick(): void;
}
