/** What the local run's demo panel can do with the simulated tenants: the words of the /local API. */
import { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import { DATETIME_MIN } from "../../shared/kql/engine/time.ts";
import { datetimeFromDate } from "../../shared/kql/engine/values.ts";
import { FAMILIES } from "./stories/families.ts";
import { Truth } from "./stories/story.ts";
import type { Tenant } from "./tenant.ts";
import type { TruthRecord } from "./tenantState.ts";
import type { Workspace } from "./workspace.ts";

/** Body of POST /local/tenant/stories. */
export const PlayStory = z.strictObject({
  family: z.enum(FAMILIES.map(({ name }) => name)),
  truth: Truth,
  seed: z
    .union([z.string().max(100), z.number()])
    .transform(String)
    .optional(),
});
export type PlayStory = z.infer<typeof PlayStory>;

/** Reply of GET /local/tenant. */
export interface TenantStatus {
  readonly name: string;
  readonly workspace_id: string;
  /** Empty for a folder of rows: nothing can be played there. */
  readonly families: string[];
  readonly stories: {
    family: string;
    truth: Truth;
    seed: string;
    ends_at: string;
    incident_number: number;
  }[];
  /** Rows that can be seen now, by table; tables without any are left out. */
  readonly tables: Record<string, number>;
}

/** Whether stories can be played: a folder of rows is only what it holds. */
export const isPlayable = (workspace: Workspace): workspace is Tenant => "playStory" in workspace;

/** Describes a workspace as it stands at its time. */
export function tenantStatus(workspace: Workspace): TenantStatus {
  workspace.tick();
  const stories = isPlayable(workspace) ? workspace.played() : [];
  return {
    name: workspace.name,
    workspace_id: workspace.workspaceId,
    families: isPlayable(workspace) ? FAMILIES.map(({ name }) => name) : [],
    stories: stories.map(({ family, truth, seed, endsAt, incidentNumber }) => ({
      family,
      truth,
      seed,
      ends_at: endsAt.toISOString(),
      incident_number: incidentNumber,
    })),
    tables: rowCounts(workspace),
  };
}

function rowCounts(workspace: Workspace): Record<string, number> {
  const { schema, tables } = workspace;
  const bounds = { from: DATETIME_MIN, to: datetimeFromDate(workspace.now()) };
  const counts = Object.keys(schema)
    .filter((table) => tables.rowCount(table) > 0)
    .map((table) => [table, tables.scan(table, bounds).rowCount] as const);
  return Object.fromEntries(counts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Plays a story that ends now and says which incidents it made.
 * @throws AppError `conflict` for a folder of rows.
 */
export function playStory(
  workspace: Workspace,
  request: PlayStory,
): { incident_numbers: number[] } {
  if (!isPlayable(workspace))
    throw new AppError("conflict", "A folder of rows is served: no story can be played in it.");
  const { family, truth, seed } = request;
  return workspace.playStory({ family, truth, ...(seed === undefined ? {} : { seed }) });
}

/** What is true about an incident; undefined when no story stands behind it. */
export const truthOf = (workspace: Workspace, incidentNumber: number): TruthRecord | undefined =>
  isPlayable(workspace) ? workspace.truth(incidentNumber) : undefined;
