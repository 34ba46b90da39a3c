/** Which columns a question looks for known values in: where they are empty, finding none proves nothing. */
import { QUESTIONS } from "./data/questions.ts";
import { ASKED_PARAMETERS, PARAMETERS, type Question, type Stretch } from "./question.ts";

const COMPARED = new RegExp(
  `\\b([A-Z]\\w*)\\s*(?:in~?|has_any|has|==|=~|startswith|contains)\\s*\\(?\\s*(_(?:${[...PARAMETERS, ...ASKED_PARAMETERS].join("|")}))\\b`,
  "g",
);
/** Two of them, made by the same hand, may share a count of their table. */
const COLUMNS_MAX = 12;

/**
 * Columns compared with values that are known, in groups that are compared with the same list.
 * @param asked the query as it was sent, constants included: a list that is empty there is not looked for.
 */
export function filterColumns({ kql }: Question, asked: string): string[][] {
  const groups = new Map<string, string[]>();
  for (const [, column = "", list = ""] of kql.matchAll(COMPARED)) {
    if (asked.includes(`let ${list} = dynamic([]);`)) continue;
    groups.set(list, [...new Set([...(groups.get(list) ?? []), column])]);
  }
  return [...groups.values()];
}

/**
 * Columns of all questions that could prove an absence by this table in this stretch.
 * @param asked the question of the session's own condition; those of other conditions are never asked beside it.
 */
export function countedColumns(
  table: string,
  stretch: Stretch,
  asked: Question | undefined,
): string[] {
  const columnsOf = (questions: readonly Question[]): string[] => [
    ...new Set(
      questions
        .filter(
          (one) => one.none !== undefined && one.stretch === stretch && one.tables.includes(table),
        )
        .flatMap((one) => filterColumns(one, "").flat()),
    ),
  ];
  const own = asked === undefined ? [] : columnsOf([asked]);
  return [...new Set([...columnsOf(FAMILIES_OWN).slice(0, COLUMNS_MAX), ...own])];
}

const FAMILIES_OWN = QUESTIONS.filter(({ family }) => family !== "condition");
