/** The engine against recorded answers of the real one. Cases that differ are listed with reasons in docs/kql-differences.md. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";

import { compileQuery } from "../../shared/kql/engine/compile.ts";
import { createMemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import { KqlRefusal } from "../../shared/kql/engine/refusal.ts";
import { columnsText, type RecordedAnswer, sameRows } from "./kqlRecordedAnswers.ts";

const RECORDED = new URL("../../../shared/data/kql/recorded-kusto-answers.json", import.meta.url);
const NOW = new Date("2024-07-20T00:00:00Z");
/** What the engine has reached; it only rises. */
const EQUAL_MIN = 173;

const Answers = z.array(
  z.object({
    Id: z.string(),
    Kql: z.string(),
    KCols: z.string(),
    KRows: z.int(),
    KSample: z.string(),
  }),
);

type Outcome = "equal" | "differs" | "refused";

function judge({ Kql, KCols, KRows, KSample }: RecordedAnswer): Outcome {
  try {
    const run = compileQuery(Kql, {}).run(createMemoryTables({}), { now: NOW });
    const isEqual =
      columnsText(run.columns) === KCols && run.rows.length === KRows && sameRows(KSample, run);
    return isEqual ? "equal" : "differs";
  } catch (error) {
    // A refusal is honest; anything else would be a bug that only odd input shows.
    if (error instanceof KqlRefusal && error.cause === undefined) return "refused";
    throw error;
  }
}

// The cases are edges on which another translator of KQL went wrong.
test.skipIf(!existsSync(RECORDED))("recorded answers are equal, or listed as different", () => {
  const answers = Answers.parse(JSON.parse(readFileSync(RECORDED, "utf8")));
  const outcomes = answers.map(judge);
  const at = (wanted: Outcome) => [...outcomes.keys()].filter((i) => outcomes[i] === wanted);
  console.log(
    `recorded answers: ${answers.length} cases, ${answers.length - at("refused").length} ran, ` +
      `${at("equal").length} equal; differ: ${at("differs").join(" ")}; refused: ${at("refused").join(" ")}`,
  );
  const listed = readFileSync(new URL("../../docs/kql-differences.md", import.meta.url), "utf8");
  const known = new Set(
    [...listed.matchAll(/^\|\s*(\d+)\s*\|/gm)].map((match) => Number(match[1])),
  );
  expect([...at("differs"), ...at("refused")].filter((i) => !known.has(i))).toEqual([]);
  expect(at("equal").length).toBeGreaterThanOrEqual(EQUAL_MIN);
});
