/** A filter on a column that nobody counted would pass for a proof of absence. */
import { expect, test } from "vitest";

import { QUESTIONS } from "./data/questions.ts";
import { countedColumns, filterColumns } from "./filters.ts";

// Columns over the limit are left out of the count, and an empty one among them would prove an absence.
test("every column that a question filters by is counted with each of its tables", () => {
  const asked = QUESTIONS.filter(({ none }) => none !== undefined).flatMap((question) =>
    question.tables.flatMap((table) =>
      filterColumns(question, "").map((group) => ({ id: question.id, table, group, question })),
    ),
  );
  expect(asked.length).toBeGreaterThan(20);
  const uncounted = asked.filter(
    ({ table, group, question }) =>
      !group.every((name) => countedColumns(table, question.stretch, question).includes(name)),
  );
  expect(uncounted).toEqual([]);
});
