/** A question in a form that reports answer, as near as can be to one that none does. */
import { CONDITION_SUBJECTS } from "../schemas/conditions.ts";
import { comparisonsIn } from "./comparisons.ts";
import { conditionText, subjectFrom } from "./conditions.ts";
import { COUNTED_KINDS, type CountedKind } from "./countedKinds.ts";
import { valuesNamed } from "./namedValues.ts";

const USUAL = { comparison: "more_than", count: 10 } as const;
const SCOPE =
  /\b(?:in|over|within|during)?\s*the\s+(?:last|past)\s+[\w-]+(?:\s+(?:minutes?|hours?|days?|weeks?|months?))?/i;

/** With the question's own number, names and time, where it has them. */
export function exampleOf(query: string): string {
  const { comparison, count } = comparisonsIn(query)[0] ?? USUAL;
  const { id, by } = kindIn(query);
  const subject = subjectFrom((one) => (by.includes(one) ? valuesNamed(query, one) : []));
  const when = SCOPE.exec(query)?.[0].trim() ?? "in the last 24 hours";
  return `Were there ${conditionText({ comparison, count, counted: id, subject })} ${when}?`;
}

/** What it speaks of, or what its names are logged with. */
function kindIn(query: string): CountedKind {
  const has = CONDITION_SUBJECTS.filter((one) => valuesNamed(query, one).length > 0);
  const fits = ({ by }: CountedKind): boolean => has.every((one) => by.includes(one));
  const spoken = COUNTED_KINDS.filter(({ named }) =>
    named.every((one) => query.search(one) !== -1),
  );
  const found = spoken.find(fits) ?? COUNTED_KINDS.find(fits) ?? spoken[0];
  return found ?? firstKind();
}

function firstKind(): CountedKind {
  const [first] = COUNTED_KINDS;
  if (first === undefined) throw new Error("Nothing can be counted.");
  return first;
}
