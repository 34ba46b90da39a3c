/** Puts a model's turn together from what the session has, and says when a turn is due. */
import type { Deps } from "../ports/deps.ts";
import type { SentinelAlert } from "../ports/siem.ts";
import type { IncidentRecord } from "../schemas/incidents.ts";
import type { WorkspaceSchema } from "../schemas/kql.ts";
import type { ChatMessage } from "../schemas/modelExchanges.ts";
import type { ModelRecord } from "../schemas/models.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import type { SessionBudget } from "../schemas/sessionBudgets.ts";
import type { Evidence, SessionRecord } from "../schemas/sessions.ts";
import type { TurnInput } from "./modelAsk.ts";
import type { Memory } from "./modelCalls.ts";
import { knownTo, modelClaims } from "./modelConclusion.ts";
import { questionText } from "./modelPrompts.ts";
import { newModelState } from "./modelState.ts";
import { writeReport } from "./report.ts";
import type { InvestigationState } from "./state.ts";
import { mayWait } from "./waits.ts";

/** The rules are done, could ask something, and a model was chosen that has not judged yet. */
export const isModelDue = (
  { model_name }: Pick<SessionRecord, "model_name">,
  { pending, answered, error, model }: InvestigationState,
): boolean =>
  model_name !== undefined &&
  pending.length === 0 &&
  !(answered === 0 && error !== null) &&
  model?.phase !== "done";

/** Who judged, and why it was not the model. */
export function judgementOf({
  model,
}: Pick<InvestigationState, "model">): Pick<SessionRecord, "driver" | "degraded"> {
  if (model === undefined) return { driver: "rules" };
  return model.degraded === null
    ? { driver: "model" }
    : { driver: "rules", degraded: model.degraded };
}

export interface ModelSession {
  deps: Pick<Deps, "clock" | "kql"> & { siem: Pick<Deps["siem"], "query"> };
  session: SessionRecord;
  state: InvestigationState;
  record: ModelRecord | undefined;
  budget: SessionBudget;
  evidence: readonly Evidence[];
  transcript: readonly ChatMessage[];
  provider: SiemProvider;
  schema: WorkspaceSchema;
  incident: IncidentRecord | undefined;
  alerts(): Promise<readonly Pick<SentinelAlert, "name" | "tactics" | "techniques">[]>;
  memory: Memory;
  exchange: TurnInput["exchange"];
}

/** In an order that is the same whenever it is read. */
export function turnInput(of: ModelSession): TurnInput {
  const { deps, session, state, record, budget, transcript, provider, schema, incident } = of;
  const { timespan, query, persona } = session;
  const evidence = of.evidence.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const floor = writeReport(session, state, new Map(evidence.map((one) => [one.id, one])));
  const known = knownTo(state);
  const begun = state.model ?? newModelState(deps.clock.now());
  const asked = begun.asked ?? questionText(query, incident);
  const leftSeconds =
    budget.seconds - (deps.clock.now().getTime() - Date.parse(begun.started_at)) / 1000;
  return {
    record,
    budget,
    state: { ...begun, asked },
    transcript,
    opening: { asked, persona, timespan, floor, evidence, schema, known },
    claims: [...floor.claims, ...modelClaims(state, evidence)],
    floor,
    calls: {
      deps,
      asking: { deps, provider, schema, timespan },
      budget,
      incident,
      alerts: () => of.alerts(),
      mayWait: (seconds) => seconds < leftSeconds && mayWait(state.waited_seconds, seconds),
      memory: of.memory,
      known,
      evidence: [...evidence],
    },
    exchange: (...given) => of.exchange(...given),
  };
}
