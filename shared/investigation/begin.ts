/** The first three stages: what is known, what it looks like, which questions follow. */
import type { Window } from "../domain/sessionsWindow.ts";
import { inertText } from "../domain/claimsText.ts";
import { conditionText } from "../domain/conditions.ts";
import type { AskedCondition } from "../schemas/conditions.ts";
import { FAMILY_DATA } from "./data/families.ts";
import { questionOf } from "./data/questions.ts";
import { askedCondition, conditionQuestion } from "./condition.ts";
import { familiesOf, plannedQuestions } from "./plan.ts";
import type { NewStep, SliceResult } from "./slice.ts";
import { FAMILIES, PARAMETERS } from "./question.ts";
import type { InvestigationState, Known } from "./state.ts";
import { knownValues, type Subject, withValues } from "./subject.ts";
import { mayWait } from "./waits.ts";

/**
 * @param window where the questions look; see `windowOf`.
 * @param parent where the session that this one follows up ended: its families and values are known here too.
 */
export function beginInvestigation(
  subject: Subject,
  window: Window,
  at: Date,
  parent?: Pick<InvestigationState, "families" | "known">,
): { state: InvestigationState; steps: NewStep[] } {
  const own = knownValues(subject);
  const known = parent === undefined ? own : joined(own, parent.known);
  const inherited = parent?.families ?? [];
  const asked = familiesOf(parent === undefined ? subject : spoken(subject), known);
  const families = FAMILIES.filter((one) => asked.includes(one) || inherited.includes(one));
  const pending = plannedQuestions(families).filter(
    (id) => subject.incident !== undefined || questionOf(id)?.needs.length !== 0,
  );
  const condition = askedCondition(subject, known, parent !== undefined);
  const asking = condition === undefined ? {} : { condition };
  const counting = conditionQuestion(asking);
  const state: InvestigationState = {
    families,
    known,
    begun: known,
    named: namedBy(subject),
    window,
    ...asking,
    // First: whatever happens to the rest, it is answered.
    pending: counting === undefined ? pending : [counting.id, ...pending],
    failures: {},
    unanswered: 0,
    answered: 0,
    counted: [],
    not_checked: [],
    not_observable: [],
    error: subject.error ?? null,
  };
  const note = (stage: NewStep["stage"], kind: NewStep["kind"], summary: string): NewStep => ({
    stage,
    kind,
    summary,
    duration_ms: 0,
    at: at.toISOString(),
  });
  const steps = [
    note("entity_extraction", "note", extracted(subject)),
    note("intent", "decision", intentOf(subject, families)),
    note(
      "planning",
      "decision",
      `${conditionNote(condition)}${pending.length} questions are planned; those that teach new users, addresses or senders come first.`,
    ),
    note(
      "query_generation",
      "note",
      "Each question becomes one query with its values as typed constants; the parser and the policy see it before it runs.",
    ),
  ];
  return { state, steps };
}

/**
 * The slice of a run that begins later, because the workspace asks to wait and without its alerts it would look for
 * nothing. `undefined`: it begins now, with what it has.
 * @param startedAt when it was to begin first.
 */
export function waitForAlerts(
  { error, waitSeconds }: Subject,
  startedAt: string | null,
  at: Date,
): (Omit<SliceResult, "state"> & { state: undefined }) | undefined {
  const waited = startedAt === null ? 0 : (at.getTime() - Date.parse(startedAt)) / 1000;
  if (error === undefined || waitSeconds === undefined || !mayWait(waited, waitSeconds))
    return undefined;
  const summary = `Reading the incident's alerts waits: ${error.detail}`;
  const step = { stage: "entity_extraction", kind: "note", summary, duration_ms: 0 } as const;
  const steps = [{ ...step, at: at.toISOString() }];
  return { steps, evidence: [], queries: 0, state: undefined, waitSeconds };
}

const conditionNote = (condition: AskedCondition | undefined): string =>
  condition === undefined
    ? ""
    : `The report will say whether there were ${conditionText(condition, inertText)}. `;

/** Of a follow-up only its own words choose further families: the incident's chose the parent's. */
const spoken = ({ query }: Subject): Subject => ({ query, alerts: [], entities: [] });

/** What the follow-up itself names comes first. */
const joined = (own: Known, more: Known): Known =>
  PARAMETERS.reduce((known, as) => withValues(known, as, more[as]), own);

const ENTITIES_MAX = 200;
const VALUE_MAX = 300;
const ALIASES_MAX = 4;
const isShort = (name: string): boolean => name.length <= 80;

function namedBy({ incident, alerts, entities }: Subject): InvestigationState["named"] {
  const tactics = [...(incident?.tactics ?? []), ...alerts.flatMap((alert) => alert.tactics)];
  const techniques = [
    ...(incident?.techniques ?? []),
    ...alerts.flatMap((alert) => alert.techniques),
  ];
  return {
    entities: entities.slice(0, ENTITIES_MAX).map(({ type, value, aliases }) => ({
      type,
      value: value.slice(0, VALUE_MAX),
      ...(aliases.length > 0 && { aliases: aliases.filter(isShort).slice(0, ALIASES_MAX) }),
    })),
    tactics: [...new Set(tactics)],
    techniques: [...new Set(techniques)],
  };
}

function extracted({ incident, alerts, entities, error }: Subject): string {
  if (error !== undefined) return `The incident's alerts could not be read: ${error.detail}`;
  const named = entities.slice(0, 5).map(({ value }) => inertText(value));
  const list = named.length === 0 ? "" : `, among them ${named.join(", ")}`;
  return incident === undefined
    ? "No incident is given: the question's own words say what to look for."
    : `Incident ${incident.number} has ${alerts.length} alerts that name ${entities.length} entities${list}.`;
}

function intentOf({ incident }: Subject, families: InvestigationState["families"]): string {
  const what = incident === undefined ? "An investigation of a question" : "Triage of an incident";
  if (families.length === 0) return `${what}; it fits no known family, so only common questions.`;
  const titles = families.map((family) => FAMILY_DATA[family].title);
  return `${what} that looks like a ${titles.join(" and a ")}.`;
}
