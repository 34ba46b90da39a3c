/** Sentences about two rows of a real answer, true ones and such in which two values of the same part changed places. */
import { additionsOf } from "../../shared/investigation/modelAdditions.ts";
import { checkedClaims } from "../../shared/investigation/modelReport.ts";
import type { Proposal } from "../../shared/investigation/modelState.ts";
import { inertText } from "../../shared/domain/claimsText.ts";
import type { Json } from "../../shared/schemas/json.ts";
import type { Evidence } from "../../shared/schemas/sessions.ts";
import type { PlayedStory } from "../bench/floorStories.ts";

/** Ways to say of two rows what two cells of each hold. */
const TOLD: readonly ((a: readonly string[], b: readonly string[]) => string)[] = [
  ([a, b], [c, d]) => `${a} was seen with ${b}; ${c} was seen with ${d}.`,
  ([a, b], [c, d]) => `${a} was seen with ${b}, and ${c} with ${d}.`,
  ([a, b], [c, d]) => `First ${a} was seen with ${b}, then ${c} was seen with ${d}.`,
  ([a, b], [c, d]) => `${a} was seen with ${b} after ${c} was seen with ${d}.`,
  ([a, b], [c, d]) => `${b} saw ${a} while ${d} saw ${c}.`,
];
const PAIRS_MAX = 40;

/** Two cells of each of two rows: names in the first column, anything in the second. */
interface Square {
  from: Evidence;
  columns: readonly [string, string];
  rows: readonly [number, number];
  values: readonly [readonly [Json, Json], readonly [Json, Json]];
}

export interface Told {
  trueStruck: string[];
  swapped: number;
  swapsBelieved: string[];
}

export function toldOfPairs({ evidence }: PlayedStory): Told {
  const told: Told = { trueStruck: [], swapped: 0, swapsBelieved: [] };
  for (const square of evidence.flatMap(squaresOf).slice(0, PAIRS_MAX)) {
    const [first, second] = square.values;
    const shown = [first, second].map((pair) => pair.map((value) => inertText(value)));
    const [a = [], b = []] = shown;
    const claims = square.rows.map((row) => claimOf(square, [row, row]));
    for (const tell of TOLD) {
      const said = tell(a, b);
      if (struck(evidence, claims, said)) told.trueStruck.push(said);
      const untrue = tell([a[0] ?? "", b[1] ?? ""], [b[0] ?? "", a[1] ?? ""]);
      told.swapped += 1;
      if (!struck(evidence, claims, untrue)) told.swapsBelieved.push(untrue);
    }
    // The same in one claim: each value is right, but they are of two rows.
    told.swapped += 1;
    const across = checkedClaims(proposalOf([claimOf(square, square.rows)]), evidence, NOTHING);
    if (across[0]?.check !== "struck") told.swapsBelieved.push(across[0]?.text ?? "");
  }
  return told;
}

const NOTHING = { proofs: {} };

type ProposedClaim = Proposal["claims"][number];

const claimOf = ({ from, columns }: Square, rows: readonly [number, number]): ProposedClaim => ({
  text: "{1} was seen with {2}.",
  kind: "value",
  is_key: false,
  refs: columns.map((column, i) => ({
    evidence_id: from.id,
    row: (rows[i] ?? 0) + 1,
    column,
    value: null,
    count: null,
  })),
});

const proposalOf = (claims: ProposedClaim[], text?: string): Proposal => ({
  verdict: "undetermined",
  confidence: 0.5,
  claims,
  summary: text === undefined ? [] : [{ text, claim_ids: claims.map((_, i) => `m${i + 1}`) }],
  entities: [],
  mitre: [],
  not_checked: [],
});

function struck(evidence: readonly Evidence[], claims: ProposedClaim[], text: string): boolean {
  const proposal = proposalOf(claims, text);
  const checked = checkedClaims(proposal, evidence, NOTHING);
  if (checked.some(({ check }) => check === "struck")) {
    throw new Error(`A true claim is struck: ${JSON.stringify(checked)}`);
  }
  const byId = new Map(evidence.map((one) => [one.id, one]));
  return additionsOf(proposal, checked, byId).struck.length > 0;
}

/** Squares whose values changed places would be a lie: no row of the answer has them so. */
function squaresOf(from: Evidence): Square[] {
  const { columns, rows } = from;
  return columns.flatMap((first, i) =>
    columns.flatMap((second, j): Square[] => {
      const [one, two] = [rows[0], rows.find(({ values }) => values[i] !== rows[0]?.values[i])];
      const cells = [one?.values[i], one?.values[j], two?.values[i], two?.values[j]];
      const [a, b, c, d] = cells;
      if (i === j || one === undefined || two === undefined) return [];
      // A truth or a nought denies by itself, and what is denied is another matter.
      if (!isTold(a) || !isTold(b) || !isTold(c) || !isTold(d)) return [];
      if (!isName(a) || new Set(cells.map(inert)).size < 4) return [];
      const isTrue = rows.some(
        (row) => holdsBoth(row.values, [a, d]) || holdsBoth(row.values, [c, b]),
      );
      if (isTrue) return [];
      return [
        {
          from,
          columns: [first.name, second.name],
          rows: [rows.indexOf(one), rows.indexOf(two)],
          values: [
            [a, b],
            [c, d],
          ],
        },
      ];
    }),
  );
}

const isTold = (value: Json | undefined): value is Json =>
  (typeof value === "string" && value !== "") || (typeof value === "number" && value > 0);

const isName = (value: Json): boolean => typeof value === "string" && !/^\d{4}-/.test(value);

const inert = (value: Json | undefined): string => inertText(value ?? null);

const holdsBoth = (values: readonly Json[], both: readonly Json[]): boolean =>
  both.every((value) => values.some((one) => inert(one) === inert(value)));
