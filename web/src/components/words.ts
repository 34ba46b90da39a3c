/** Wire names as people read them. */
import type {
  IncidentCondition,
  IncidentStatus,
  LocalStatus,
} from "../../../shared/schemas/incidents.ts";
import type { SessionStatus, Stage, Verdict } from "../../../shared/schemas/sessions.ts";

export const STATUS_WORD: Readonly<Record<IncidentStatus, string>> = {
  new: "New",
  active: "Active",
  closed: "Closed",
};

export const LOCAL_STATUS_WORD: Readonly<Record<LocalStatus, string>> = {
  new: "New",
  in_progress: "In progress",
  waiting: "Waiting",
  resolved: "Resolved",
};

/** In the order of the work. */
export const LOCAL_STATUSES: readonly LocalStatus[] = ["new", "in_progress", "waiting", "resolved"];

export const CONDITION_WORD: Readonly<Record<IncidentCondition, string>> = {
  phantom: "No alert: moved elsewhere",
  reopened: "Reopened",
  merged: "Merged into another incident",
};

export const VERDICT_WORD: Readonly<Record<Verdict, string>> = {
  true_positive: "True positive",
  benign_positive: "Benign positive",
  false_positive: "False positive",
  undetermined: "Undetermined",
};

export const SESSION_STATUS_WORD: Readonly<Record<SessionStatus, string>> = {
  queued: "Queued",
  running: "Running",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** In the order in which a run goes through them. */
export const STAGES: readonly { stage: Stage; word: string }[] = [
  { stage: "entity_extraction", word: "Entities" },
  { stage: "intent", word: "Intent" },
  { stage: "planning", word: "Plan" },
  { stage: "query_generation", word: "Queries" },
  { stage: "execution", word: "Execution" },
  { stage: "evidence_assessment", word: "Assessment" },
  { stage: "report", word: "Report" },
];

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  ip: "IP address",
  url: "URL",
  soc_analyst: "SOC analyst",
  ciso: "CISO",
  signin_attack: "Sign-in attack",
};

/** `InitialAccess` and `initial_access` read "Initial access". */
export function plainWords(name: string): string {
  const abbreviation = ABBREVIATIONS[name.toLowerCase()];
  if (abbreviation !== undefined) return abbreviation;
  const words = name
    .replaceAll("_", " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An incident's title, or words for one that has none: a link needs something to read. */
export const titleWords = (title: string): string => (title.trim() === "" ? "(no title)" : title);
