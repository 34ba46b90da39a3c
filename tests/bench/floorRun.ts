/** Lets the rule-based floor investigate an incident of a simulated workspace, end to end in one process. */
import { performance } from "node:perf_hooks";

import { createTenantHttpClient } from "../../local/workspace/tenantHttpClient.ts";
import { lastDays, testProvider, testSiem } from "../../local/workspace/testTenant.ts";
import type { Workspace } from "../../local/workspace/workspace.ts";
import { InvestigationState } from "../../shared/investigation/state.ts";
import { analyse } from "../../shared/kql/analyse.ts";
import type { LanguageModel } from "../../shared/ports/languageModel.ts";
import * as incidents from "../../shared/repositories/incidents.ts";
import * as models from "../../shared/repositories/models.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { allEvidence } from "../../shared/repositories/sessionEvidence.ts";
import { readRunState, readSession } from "../../shared/repositories/sessions.ts";
import { InvestigationMessage } from "../../shared/schemas/messages.ts";
import type { SiemProvider } from "../../shared/schemas/providers.ts";
import type { Evidence, Report, SessionRecord } from "../../shared/schemas/sessions.ts";
import { advanceInvestigation } from "../../shared/services/advanceInvestigation.ts";
import { startInvestigation } from "../../shared/services/startInvestigation.ts";
import { drain, testDeps } from "../../shared/testing/deps.ts";
import { aModel, anIncident, aPrincipal } from "../../shared/testing/fixtures.ts";

/** An investigation that ended, with everything it left. */
export interface FloorRun {
  session: SessionRecord;
  state: InvestigationState;
  evidence: Evidence[];
  report: Report;
  queries: number;
  ms: number;
  /** Processor time: says what it costs whatever else the machine does. */
  cpu_ms: number;
}

/**
 * @param model judges besides the rules, when there is one; it may look into the stores of the session it is asked about.
 * @param asked behind the words that ask to investigate the incident, e.g. a condition of its own.
 * @throws Error when the session ends without a report.
 */
export async function investigateIn(
  workspace: Workspace,
  number: number,
  model?: (deps: ReturnType<typeof testDeps>) => LanguageModel,
  asked = "",
): Promise<FloorRun> {
  const clock = { now: () => workspace.now(), advance: () => {} };
  const siem = testSiem(clock, createTenantHttpClient([workspace]));
  const provider = await testProvider(workspace);
  const deps = testDeps({
    siem,
    kql: { analyse: async (query, schema) => analyse(query, schema), close: async () => {} },
  });
  deps.clock.set(workspace.now().toISOString());
  await store(deps, provider, number);
  const tenant = workspace.name;
  if (model !== undefined) {
    deps.model = model(deps);
    const records = [aModel({ tenant_id: tenant })];
    await models.change(deps, tenant, () => ({ items: records, messages: [], result: 0 }));
  }
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  const principal = aPrincipal("analyst", { tenant_id: tenant });
  const { session_id } = await startInvestigation(deps, principal, {
    query: `Investigate incident #${number}${asked}`,
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
  const session = (await readSession(deps.documents, tenant, session_id))?.session;
  const report = session?.report;
  if (session === undefined || report === undefined) {
    throw new Error(`No report: ${JSON.stringify(session?.error)}`);
  }
  const state = InvestigationState.parse(await readRunState(deps.documents, session));
  const evidence = await allEvidence(deps, session);
  await deps.documents.close();
  return { session, state, evidence, report, queries: session.queries, ms, cpu_ms };
}

type Stored = ReturnType<typeof testDeps>;

async function store(
  deps: Pick<Stored, "clock" | "documents" | "log" | "queue" | "siem">,
  provider: SiemProvider,
  number: number,
): Promise<void> {
  await providers.create(deps.documents, provider);
  const range = lastDays({ now: () => deps.clock.now(), advance: () => {} }, 90);
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
