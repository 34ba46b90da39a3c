/** What a client can check of an investigation by itself: nothing here comes from the product's code. */
import { createHash } from "node:crypto";

import { z } from "zod";

import { Json } from "../../shared/schemas/json.ts";
import type { Product } from "./product.ts";
import { until } from "./until.ts";

const Ref = z.object({
  evidence_id: z.string(),
  row_hash: z.string().optional(),
  column: z.string().optional(),
  value: Json.optional(),
  count: z.int().optional(),
});
export const Session = z.object({
  id: z.string(),
  status: z.enum(["queued", "running", "completed", "failed", "cancelled"]),
  driver: z.string(),
  progress: z.number(),
  steps: z.array(z.object({ seq: z.int(), stage: z.string(), kql: z.string().optional() })),
  report: z
    .object({
      verdict: z.enum(["true_positive", "benign_positive", "false_positive", "undetermined"]),
      confidence: z.number().min(0).max(1),
      check: z.string(),
      claims: z.array(
        z.object({
          id: z.string(),
          kind: z.string(),
          check: z.string(),
          refs: z.array(Ref).min(1),
        }),
      ),
    })
    .nullable(),
  error: z.object({ code: z.string(), detail: z.string() }).optional(),
});
export type Session = z.infer<typeof Session>;

const Evidence = z.object({
  kql: z.string().min(1),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.object({ hash: z.string(), values: z.array(Json) })),
  row_count: z.int(),
});
type Evidence = z.infer<typeof Evidence>;

/** Waits until the session has ended, in whatever way. */
export const ended = (product: Product, user: string, id: string): Promise<Session> =>
  until(
    `the end of session ${id}`,
    async () => {
      const session = Session.parse(await product.ask(user, "GET", `/api/v1/sessions/${id}`));
      return ["queued", "running"].includes(session.status) ? undefined : session;
    },
    60_000,
  );

/** What of the report's proof does not hold when it is fetched and hashed again; empty when all of it does. */
export async function brokenProof(
  product: Product,
  user: string,
  { id, report }: Session,
): Promise<string[]> {
  const broken: string[] = [];
  const fetched = new Map<string, Evidence>();
  for (const claim of report?.claims ?? []) {
    for (const ref of claim.refs) {
      const path = `/api/v1/sessions/${id}/evidence/${ref.evidence_id}`;
      const evidence = fetched.get(path) ?? Evidence.parse(await product.ask(user, "GET", path));
      if (!fetched.has(path)) broken.push(...wrongRows(evidence).map((row) => `${path}: ${row}`));
      fetched.set(path, evidence);
      const flaw = flawOf(ref, evidence);
      if (flaw !== undefined) broken.push(`claim ${claim.id}: ${flaw}`);
    }
  }
  return broken;
}

function flawOf(ref: z.infer<typeof Ref>, { rows, columns }: Evidence): string | undefined {
  if (ref.row_hash === undefined) return undefined;
  const row = rows.find(({ hash }) => hash === ref.row_hash);
  if (row === undefined) return `row ${ref.row_hash} is not in ${ref.evidence_id}`;
  if (ref.column === undefined || ref.value === undefined) return undefined;
  const cell = row.values[columns.findIndex(({ name }) => name === ref.column)];
  if (canonical(cell ?? null) === canonical(ref.value)) return undefined;
  return `${ref.column} is ${JSON.stringify(cell)} and not ${JSON.stringify(ref.value)}`;
}

const wrongRows = ({ rows, columns }: Evidence): string[] =>
  rows.flatMap(({ hash, values }, i) => {
    const text = canonical({ columns: columns.map(({ name, type }) => ({ name, type })), values });
    const own = createHash("sha256").update(text).digest("hex");
    return own === hash ? [] : [`row ${i} hashes to ${own} and not ${hash}`];
  });

/** JSON without white space, keys sorted. */
const canonical = (value: Json): string => JSON.stringify(value, keysSorted);

const keysSorted = (_key: string, part: unknown): unknown =>
  typeof part === "object" && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : part;
