/** What a report tells its reader to do: what follows from the findings, about what they name. */
import { addressOf } from "../domain/entitiesAddress.ts";
import { inertText } from "../domain/claimsText.ts";
import type { Persona, Report, Verdict } from "../schemas/sessions.ts";
import { ACTIONS } from "./data/actions.ts";
import { FAMILY_DATA } from "./data/families.ts";
import type { Found } from "./findings.ts";
import type { Action, Family } from "./question.ts";

interface Basis {
  families: readonly Family[];
  /** Verified ones; `undefined`: nobody says which findings the verdict rests on. */
  verified?: readonly Found[];
  /** Whether answers are missing that could decide. */
  isMissing?: boolean;
}

/** Each once, the most urgent first. */
export function actionsOf(verdict: Verdict, persona: Persona, basis: Basis): Report["actions"] {
  const { families, verified } = basis;
  if (verdict === "undetermined") return openActions(basis);
  const actions = ACTIONS.filter(
    (action) =>
      action.verdict === verdict &&
      (action.family === "any" || families.includes(action.family)) &&
      action.personas?.includes(persona) !== false,
  ).flatMap((action) => {
    const text = textOf(action, verified);
    return text === undefined ? [] : [{ text, priority: action.priority }];
  });
  const byText = new Map(actions.toReversed().map((action) => [action.text, action]));
  return [...byText.values()].toReversed().toSorted((a, b) => rank(a) - rank(b));
}

const rank = ({ priority }: Pick<Action, "priority">): number =>
  ["now", "soon", "later"].indexOf(priority);

/** An open case waits for answers and for people; without a family the alert's own product knows the most. */
function openActions({ families, isMissing }: Basis): Report["actions"] {
  const asked = families.slice(0, ASKED_MAX).map((family) => FAMILY_DATA[family].ask);
  return [
    ...(isMissing === true
      ? ["Get the answers that are named as missing, and investigate again before closing."]
      : []),
    ...(asked.length > 0 ? asked : ["Read the alert in the product that raised it."]),
  ].map((text) => ({ text, priority: "soon" }));
}

const ASKED_MAX = 2;
const NAMED_MAX = 6;
const SUBJECT = /\{(account|host|ip)\}/g;
const WORDS = {
  account: "the users concerned",
  host: "the devices concerned",
  ip: "the addresses concerned",
} as const;
const TYPES: Readonly<Record<string, readonly string[]>> = {
  account: ["account", "mailbox"],
  host: ["host"],
  ip: ["ip"],
};

/** `undefined` when none of the findings behind the action was proved. */
function textOf({ text, because }: Action, verified?: readonly Found[]): string | undefined {
  const behind = verified?.filter(({ findingId }) => because?.includes(findingId) === true);
  if (because !== undefined && behind?.length === 0) return undefined;
  return text.replaceAll(SUBJECT, (_whole, type: keyof typeof WORDS) => {
    const named = valuesOf(type, behind ?? []);
    return named.length === 0 || named.length > NAMED_MAX
      ? WORDS[type]
      : named.map((value) => inertText(value)).join(", ");
  });
}

const valuesOf = (type: string, found: readonly Found[]): string[] => [
  ...new Set(
    found.flatMap(({ claim, finding }) =>
      Object.entries(finding?.entities ?? {}).flatMap(([column, entity]) => {
        const value = claim.refs.find((ref) => ref.column === column)?.value;
        if (typeof value !== "string" || value === "") return [];
        const isInside = type === "ip" && addressOf(value).isPrivate;
        return TYPES[type]?.includes(entity) === true && !isInside ? [value.toLowerCase()] : [];
      }),
    ),
  ),
];
