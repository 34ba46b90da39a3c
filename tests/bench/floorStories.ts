/** Plays stories in a simulated tenant and lets the rule-based floor investigate them, end to end in one process. */
import { performance } from "node:perf_hooks";

import type { Truth } from "../../local/workspace/stories/story.ts";
import type { Tenant } from "../../local/workspace/tenant.ts";
import { createTenantHttpClient } from "../../local/workspace/tenantHttpClient.ts";
import {
  lastDays,
  testClock,
  testProvider,
  testSiem,
  testTenant,
} from "../../local/workspace/testTenant.ts";
import { analyse } from "../../shared/kql/analyse.ts";
import * as incidents from "../../shared/repositories/incidents.ts";
import * as providers from "../../shared/repositories/providers.ts";
import type { SiemProvider } from "../../shared/schemas/providers.ts";
import type { Evidence, Report, SessionRecord, Verdict } from "../../shared/schemas/sessions.ts";
import { advanceInvestigation } from "../../shared/services/advanceInvestigation.ts";
import { startInvestigation } from "../../shared/services/startInvestigation.ts";
import { InvestigationMessage } from "../../shared/schemas/messages.ts";
import { InvestigationState } from "../../shared/investigation/state.ts";
import type { LanguageModel } from "../../shared/ports/languageModel.ts";
import * as models from "../../shared/repositories/models.ts";
import { allEvidence } from "../../shared/repositories/sessionEvidence.ts";
import { readRunState, readSession } from "../../shared/repositories/sessions.ts";
import { drain, testDeps } from "../../shared/testing/deps.ts";
import { aModel, anIncident, aPrincipal } from "../../shared/testing/fixtures.ts";

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
  /** Processor time: says what it costs whatever else the machine does. */
  cpu_ms: number;
  queries: number;
  report: Report;
}

/** A story that was investigated, with everything that the run left. */
export interface PlayedStory extends StoryResult {
  session: SessionRecord;
  state: InvestigationState;
  evidence: Evidence[];
}

export const investigateStory = async (
  family: string,
  truth: Truth,
  seed: string,
): Promise<StoryResult> => playedStory(family, truth, seed);

/**
 * A tenant of its own for each seed, so that its company and its everyday life differ as well.
 * @param model judges besides the rules, when there is one; it may look into the stores of the session it is asked about.
 */
export async function playedStory(
  family: string,
  truth: Truth,
  seed: string,
  model?: (deps: ReturnType<typeof testDeps>) => LanguageModel,
): Promise<PlayedStory> {
  const clock = testClock();
  const tenant = testTenant(clock, { seed: `floor-${seed}` });
  const [number = 0] = tenant.playStory({ family, truth, seed }).incident_numbers;
  const siem = testSiem(clock, createTenantHttpClient([tenant]));
  const provider = await testProvider(tenant);
  const deps = testDeps({
    siem,
    kql: { analyse: async (query, schema) => analyse(query, schema), close: async () => {} },
  });
  deps.clock.set(clock.now().toISOString());
  await store(deps, provider, number);
  if (model !== undefined) {
    deps.model = model(deps);
    const records = [aModel({ tenant_id: tenant.name })];
    await models.change(deps, tenant.name, () => ({ items: records, messages: [], result: 0 }));
  }
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  const principal = aPrincipal("analyst", { tenant_id: tenant.name });
  const { session_id } = await startInvestigation(deps, principal, {
    query: `Investigate incident #${number}`,
    persona: "soc_analyst",
    provider: "sentinel",
  });
  for (;;) {
    const messages = await drain(deps.queue, "investigations");
    if (messages.length === 0) break;
    for (const { body } of messages) {
      await advanceInvestigation(deps, InvestigationMessage.parse(body));
    }
  }
  const ms = performance.now() - started;
  const cpu = process.cpuUsage(cpuBefore);
  const cpu_ms = (cpu.user + cpu.system) / 1000;
  const session = (await readSession(deps.documents, tenant.name, session_id))?.session;
  const report = session?.report;
  if (session === undefined || report === undefined) {
    throw new Error(`No report: ${JSON.stringify(session?.error)}`);
  }
  const state = InvestigationState.parse(await readRunState(deps.documents, session));
  const evidence = await allEvidence(deps, session);
  await deps.documents.close();
  const scores = compare(tenant, number, report);
  const { queries } = session;
  const measured = { family, truth, seed, verdict: report.verdict, ms, cpu_ms, queries, report };
  return { ...measured, ...scores, session, state, evidence };
}

type Stored = ReturnType<typeof testDeps>;

async function store(
  deps: Pick<Stored, "clock" | "documents" | "log" | "queue" | "siem">,
  provider: SiemProvider,
  number: number,
): Promise<void> {
  await providers.create(deps.documents, provider);
  const range = lastDays({ now: () => deps.clock.now(), advance: () => {} }, 31);
  const row = await deps.siem.incident(provider, number, range);
  if (row === undefined) throw new Error(`The workspace has no incident ${number}.`);
  const record = anIncident({
    ...row,
    tenant_id: provider.tenant_id,
    incident_key: `${provider.workspace_id}:${number}`,
    provider_id: provider.id,
    provider: provider.name,
  });
  await incidents.create(deps, record, []);
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
