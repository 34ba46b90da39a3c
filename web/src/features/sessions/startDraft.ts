/** What the start dialog holds while somebody fills it in, and the request it makes. */
import type { Persona } from "../../../../shared/schemas/sessions.ts";

export interface StartDraft {
  query: string;
  persona: Persona;
  provider: string;
  /** ISO 8601; empty for the server's choice. */
  timespan: string;
  /** Its name; empty for the default model, `RULES_ONLY` for none. */
  model: string;
  /** Empty for the deployment's usual bound. */
  usd: string;
  seconds: string;
  turns: string;
  require_model: boolean;
  notify: boolean;
}

/** No name of a model begins so. */
export const RULES_ONLY = "-rules-";

export const PERSONAS: readonly Persona[] = [
  "soc_analyst",
  "threat_hunter",
  "incident_responder",
  "ciso",
];

/** How far back to look; the server takes at most 90 days. */
export const LOOKBACKS: readonly (readonly [string, string])[] = [
  ["", "Usual: 7 days"],
  ["PT24H", "24 hours"],
  ["P3D", "3 days"],
  ["P7D", "7 days"],
  ["P30D", "30 days"],
  ["P90D", "90 days"],
];

const QUERY_MAX = 4000;
/** As the server bounds them. */
const BOUNDS = { usd: [0, 100], seconds: [1, 3600], turns: [1, 50] } as const;
const NAMES = ["usd", "seconds", "turns"] as const;

export interface OfIncident {
  number: number;
  provider_id: string;
}

export const newDraft = (incident: OfIncident | undefined): StartDraft => ({
  query: incident === undefined ? "" : `Investigate incident #${incident.number}`,
  persona: "soc_analyst",
  provider: "sentinel",
  timespan: "",
  model: "",
  usd: "",
  seconds: "",
  turns: "",
  require_model: false,
  notify: false,
});

export function faultsOf(draft: StartDraft): Partial<Record<keyof StartDraft, string>> {
  const faults: Partial<Record<keyof StartDraft, string>> = {};
  if (draft.query.trim() === "") faults.query = "Say what to find out.";
  if (draft.query.length > QUERY_MAX) faults.query = `At most ${QUERY_MAX} characters.`;
  for (const name of NAMES) {
    const text = draft[name].trim();
    if (text === "") continue;
    const [low, high] = BOUNDS[name];
    const number = Number(text);
    const isWhole = name === "usd" || Number.isInteger(number);
    if (Number.isNaN(number) || number < low || number > high || !isWhole) {
      faults[name] = `A ${name === "usd" ? "" : "whole "}number from ${low} to ${high}.`;
    }
  }
  return faults;
}

/** The body of POST /api/v1/investigations/start; what was left empty is left out. */
export function bodyOf(draft: StartDraft, incident: OfIncident | undefined) {
  const budget = Object.fromEntries(
    NAMES.filter((name) => draft[name].trim() !== "").map((name) => [name, Number(draft[name])]),
  );
  return {
    query: draft.query.trim(),
    persona: draft.persona,
    provider: incident?.provider_id ?? draft.provider,
    ...(incident !== undefined && { incident_number: incident.number }),
    ...(draft.timespan !== "" && { timespan: draft.timespan }),
    ...(draft.model !== "" && { model: draft.model === RULES_ONLY ? null : draft.model }),
    ...(Object.keys(budget).length > 0 && { budget }),
    ...(draft.require_model && draft.model !== RULES_ONLY && { require_model: true }),
    ...(draft.notify && { notify: true }),
  };
}
