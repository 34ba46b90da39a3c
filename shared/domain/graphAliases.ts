/** Which names are one thing's: those that an alert's entity has, and those that stand in one row of evidence. */
import type { GraphType } from "../schemas/graph.ts";
import type { IncidentEntity } from "../schemas/incidents.ts";
import type { Evidence } from "../schemas/sessions.ts";
import { isTelling, nodeId } from "./graphNames.ts";

/** A name as people write it, and its place in the graph. */
export interface GraphName {
  node_id: string;
  value: string;
}

/** Names of one report that are joined. */
const GROUPS_MAX = 60;
/** Rows of one piece of evidence that are looked at. */
const ROWS_MAX = 200;

/** Columns of one row that name the same account, by prefix: Entra ID, Defender, Windows. */
const ACCOUNT_COLUMNS: readonly (readonly string[])[] = [
  ["UserPrincipalName", "UserId"],
  ["AccountUpn", "AccountObjectId", "AccountSid"],
  [
    "InitiatingProcessAccountUpn",
    "InitiatingProcessAccountObjectId",
    "InitiatingProcessAccountSid",
  ],
  ["RecipientEmailAddress", "RecipientObjectId"],
  ["TargetUserName", "TargetUserSid", "TargetSid"],
  ["SubjectUserName", "SubjectUserSid"],
  ["TargetAccount", "TargetUserSid", "TargetSid"],
  ["SubjectAccount", "SubjectUserSid"],
];

/** Groups of two names and more; a name that several things may have is in none. */
export function namesTogether(
  entities: readonly IncidentEntity[],
  evidence: readonly Evidence[],
): GraphName[][] {
  const groups = [
    ...entities.flatMap(({ type, value, aliases }) => {
      const graphType = type === "account" ? "user" : type === "host" ? "host" : undefined;
      return graphType === undefined ? [] : [tellingNames(graphType, [value, ...aliases])];
    }),
    ...evidence.flatMap(namesInRows),
  ];
  const distinct = new Map(
    groups
      .filter((group) => group.length > 1)
      .map((group) => [JSON.stringify(group.map(({ node_id }) => node_id).toSorted()), group]),
  );
  return [...distinct.values()].slice(0, GROUPS_MAX);
}

function namesInRows({ columns, rows }: Evidence): GraphName[][] {
  const at = new Map(columns.map(({ name }, index) => [name, index]));
  const sets = ACCOUNT_COLUMNS.map((names) => names.flatMap((name) => at.get(name) ?? []));
  return sets
    .filter((indexes) => indexes.length > 1)
    .flatMap((indexes) =>
      rows.slice(0, ROWS_MAX).map(({ values }) => {
        const texts = indexes.flatMap((index) => {
          const value = values[index];
          return typeof value === "string" ? value : [];
        });
        return tellingNames("user", texts);
      }),
    );
}

function tellingNames(type: GraphType, values: readonly string[]): GraphName[] {
  const names = new Map<string, GraphName>();
  for (const value of values.filter((one) => isTelling(type, one.trim()))) {
    const node_id = nodeId(type, value);
    if (!names.has(node_id)) names.set(node_id, { node_id, value: value.trim() });
  }
  return [...names.values()];
}
