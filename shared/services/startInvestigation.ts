/** Begins an investigation: the session and the message for its first slice, in one commit. */
import { AppError, notFound } from "../domain/errors.ts";
import { incidentNumberIn, newSession, sessionAudit, sliceMessage } from "../domain/sessions.ts";
import { LOOKBACK_REFUSED, lookbackMsOf, sessionRange } from "../domain/sessionsWindow.ts";
import { timeScopeIn } from "../domain/timeScope.ts";
import type { Deps } from "../ports/deps.ts";
import * as incidents from "../repositories/incidents.ts";
import * as models from "../repositories/models.ts";
import * as providers from "../repositories/providers.ts";
import { createSession, readSession } from "../repositories/sessions.ts";
import { beginSession } from "../repositories/sessionsBegun.ts";
import type { AuditEntry } from "../schemas/audit.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { StartInvestigationBody } from "../schemas/investigations.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { Principal } from "../schemas/principal.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { SessionBudget } from "../schemas/sessionBudgets.ts";
import type { ReportTo, SessionRecord } from "../schemas/sessions.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "log" | "queue" | "settings">;

/** What a request calls the default provider; naming none means the same. */
const DEFAULT_PROVIDER = "sentinel";

/** `notify` left out means that nobody is told of the end. */
type Start = Omit<StartInvestigationBody, "notify"> & { notify?: boolean };

/** Who starts it: a person, an application, or the program itself. */
type Starter = Pick<Principal, "tenant_id" | "id" | "name" | "app_id"> & {
  kind: AuditEntry["actor_kind"];
};

/** A start that may be tried again: the session has its id beforehand. */
export interface RepeatableStart {
  sessionId: string;
  /** The run of a schedule that it belongs to. */
  schedule?: NonNullable<SessionRecord["schedule"]>;
  /** What of its report is written to the incident in Sentinel. */
  reportTo?: ReportTo;
}

/**
 * The incident is the one of `incident_number`, or else of the first `#123` in the text.
 * @throws AppError `not-found` when the provider, the incident, the model or the session to run again is not the
 *   tenant's; `invalid-fields` when the timespan is nothing or more than 90 days, or a model is required and none wanted; `conflict` when a session of this id exists.
 */
export async function startInvestigation(
  deps: Needs,
  principal: Starter,
  body: Start,
  of?: RepeatableStart,
): Promise<SessionRecord> {
  const now = deps.clock.now();
  const { provider, incident } = await subjectOf(deps, principal.tenant_id, body);
  const lookbackMs = lookbackOf(body, incident, now);
  const model = await modelOf(deps, principal.tenant_id, body);
  await refuseUnknownRerun(deps, principal.tenant_id, body);
  const session = newSession(
    {
      tenant_id: principal.tenant_id,
      session_id: of?.sessionId ?? deps.ids.next("ses"),
      query: body.query,
      persona: body.persona,
      provider_id: provider.id,
      provider: provider.name,
      ...(incident !== undefined && {
        incident_number: incident.number,
        incident_key: incident.incident_key,
      }),
      timespan: sessionRange(now, incident, lookbackMs),
      ...(body.timespan !== undefined && { lookback: body.timespan }),
      ...(body.rerun_of !== undefined && { rerun_of: body.rerun_of }),
      created_by: principal.id,
      ...(principal.app_id !== undefined && { app_id: principal.app_id }),
      ...(of?.schedule !== undefined && { schedule: of.schedule }),
      ...(of?.reportTo !== undefined && { report_to: of.reportTo }),
      ...(body.notify === true && { notify: true }),
      ...(body.require_model === true && { require_model: true }),
      ...(model !== undefined && {
        model_name: model.model_name,
        budget: budgetOf(deps.settings.models.budget, body.budget),
      }),
    },
    now,
  );
  const audit = sessionAudit(session, principal, {
    action: "session.start",
    at: now,
    fields: Object.keys(body),
  });
  const messages = [sliceMessage(session), audit];
  return of === undefined
    ? await beginSession(deps, session, messages)
    : await createFirst(deps, session, messages);
}

/** @throws AppError `conflict` when a session of this id exists: whoever chose the id knows what that means. */
async function createFirst(
  deps: Needs,
  session: SessionRecord,
  messages: OutboxMessage[],
): Promise<SessionRecord> {
  const outcome = await createSession(deps, session, messages);
  if (outcome === "done") return session;
  throw new AppError("conflict", "A session of this id exists.");
}

/** Who judges besides the rules; `undefined` for nobody. */
async function modelOf(
  deps: Needs,
  tenantId: string,
  { model: name, require_model }: Start,
): Promise<ModelRecord | undefined> {
  if (name === null) {
    if (require_model !== true) return undefined;
    const detail = "Name a model, or leave this out: the rules alone were asked for.";
    throw new AppError("invalid-fields", "The body is not valid.", {
      errors: [{ pointer: "/require_model", detail }],
    });
  }
  const model = await models.find(deps, tenantId, name);
  if (model === undefined && name !== undefined) throw notFound("model");
  return model;
}

async function refuseUnknownRerun(
  { documents }: Needs,
  tenantId: string,
  { rerun_of: id }: Start,
): Promise<void> {
  if (id !== undefined && (await readSession(documents, tenantId, id)) === undefined) {
    throw notFound("session");
  }
}

/** What the request names, over the deployment's defaults. */
const budgetOf = (usual: SessionBudget, given: Start["budget"]): SessionBudget => ({
  turns: given?.turns ?? usual.turns,
  seconds: given?.seconds ?? usual.seconds,
  tokens: given?.tokens ?? usual.tokens,
  usd: given?.usd ?? usual.usd,
  queries: given?.queries ?? usual.queries,
  rows: given?.rows ?? usual.rows,
});

/** An incident has a time of its own; any other question is about the time that it names. */
function lookbackOf(
  { query, timespan: given }: Start,
  incident: IncidentRecord | undefined,
  now: Date,
): number | undefined {
  const timespan = given ?? (incident === undefined ? timeScopeIn(query) : undefined);
  if (timespan === undefined) return undefined;
  const lookbackMs = lookbackMsOf(timespan, now);
  if (lookbackMs !== undefined) return lookbackMs;
  throw new AppError("invalid-fields", "The body is not valid.", {
    errors: [{ pointer: "/timespan", detail: LOOKBACK_REFUSED }],
  });
}

/**
 * Numbers may repeat across workspaces: the named provider's incident, or, when none was named, the default
 * provider's and else the only other one.
 */
async function subjectOf(
  deps: Needs,
  tenantId: string,
  body: Start,
): Promise<{ provider: SiemProvider; incident: IncidentRecord | undefined }> {
  const provider = await providers.find(deps.documents, tenantId, body.provider);
  if (provider === undefined) throw notFound("provider");
  const number = body.incident_number ?? incidentNumberIn(body.query);
  if (number === undefined) return { provider, incident: undefined };
  const found = await incidents.withNumber(deps.documents, tenantId, number);
  const own = found.find(({ record }) => record.provider_id === provider.id);
  if (own !== undefined) return { provider, incident: own.record };
  const [other, ...more] = found;
  if (body.provider !== DEFAULT_PROVIDER || other === undefined || more.length > 0) {
    throw notFound("incident");
  }
  const owner = await providers.find(deps.documents, tenantId, other.record.provider_id);
  if (owner === undefined) throw notFound("incident");
  return { provider: owner, incident: other.record };
}
