/** Plays stories in a simulated tenant and lets the rule-based floor investigate them. */
import type { Truth } from "../../local/workspace/stories/story.ts";
import type { Tenant } from "../../local/workspace/tenant.ts";
import { testClock, testTenant } from "../../local/workspace/testTenant.ts";
import type { Workspace } from "../../local/workspace/workspace.ts";
import type { Report, Verdict } from "../../shared/schemas/sessions.ts";
import { type FloorRun, investigateIn } from "./floorRun.ts";

export interface StoryResult {
  family: string;
  truth: Truth;
  seed: string;
  verdict: Verdict;
  /** Share of the truth's entities that the report names. */
  recall: number;
  /** Share of the report's entities that are among the truth's. */
  precision: number;
  ms: number;
  cpu_ms: number;
  queries: number;
  report: Report;
}

/** A story that was investigated, with everything that the run left. */
export type PlayedStory = StoryResult & FloorRun;

export const investigateStory = async (
  family: string,
  truth: Truth,
  seed: string,
): Promise<StoryResult> => playedStory(family, truth, seed);

/**
 * A tenant of its own for each seed, so that its company and its everyday life differ as well.
 * @param alter gives the workspace that is investigated instead, e.g. one without a table.
 */
export async function playedStory(
  family: string,
  truth: Truth,
  seed: string,
  {
    model,
    asked,
    alter = (tenant) => tenant,
  }: {
    model?: Parameters<typeof investigateIn>[2];
    asked?: string;
    alter?: (tenant: Tenant, incidentNumber: number) => Workspace;
  } = {},
): Promise<PlayedStory> {
  const tenant = testTenant(testClock(), { seed: `floor-${seed}` });
  const [number = 0] = tenant.playStory({ family, truth, seed }).incident_numbers;
  const run = await investigateIn(alter(tenant, number), number, model, asked);
  const scores = compare(tenant, number, run.report);
  return { family, truth, seed, verdict: run.report.verdict, ...run, ...scores };
}

function compare(
  tenant: Tenant,
  number: number,
  report: Report,
): Pick<StoryResult, "recall" | "precision"> {
  const expected = (tenant.truth(number)?.entities ?? []).map(({ value }) => value.toLowerCase());
  const named = report.entities.map(({ value }) => value.toLowerCase());
  const found = expected.filter((value) => named.includes(value)).length;
  const right = named.filter((value) => expected.includes(value)).length;
  return {
    recall: expected.length === 0 ? 1 : found / expected.length,
    precision: named.length === 0 ? 1 : right / named.length,
  };
}
