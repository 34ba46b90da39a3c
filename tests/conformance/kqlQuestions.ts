/** The triage questions and public question pairs, as they are recorded. */
import { readFileSync } from "node:fs";
import { z } from "zod";

import { bindText, walk } from "../../shared/kql/syntax.ts";
import type { KqlType, WorkspaceSchema } from "../../shared/schemas/kql.ts";

export const DATA = new URL("../../../shared/data/", import.meta.url);

export const read = (path: string): string => readFileSync(new URL(path, DATA), "utf8");
export const lines = (path: string): unknown[] =>
  read(path)
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));

export const Triage = z.object({
  questions: z.array(z.object({ id: z.string(), kql: z.string() })),
});
const Pair = z.object({ baseline: z.string() });
const Columns = z.array(z.object({ Name: z.string(), Type: z.string() }));
const PairSchema = z.array(z.object({ Tables: z.array(z.object({ Table: z.string(), Columns })) }));

const DOTNET: Readonly<Record<string, KqlType>> = {
  Boolean: "bool",
  DateTime: "datetime",
  Double: "real",
  Guid: "guid",
  Int32: "int",
  Int64: "long",
  Object: "dynamic",
  SByte: "bool",
  SqlDecimal: "decimal",
  String: "string",
  TimeSpan: "timespan",
};

export function pairSchema(): WorkspaceSchema {
  const [database] = PairSchema.parse(JSON.parse(read("kql/nl2kql-sentinel-schema.json")));
  const tables = database?.Tables ?? [];
  return Object.fromEntries(
    tables.map(({ Table, Columns: columns }) => [
      Table,
      Object.fromEntries(
        columns.map(({ Name, Type }) => [Name, DOTNET[Type.split(".").at(-1) ?? ""] ?? "string"]),
      ),
    ]),
  );
}

export const pairQueries = (): string[] =>
  lines("kql/nl2kql-sentinel.jsonl").map((pair) => Pair.parse(pair).baseline);

/** The text with one use of a real column misspelt, for each column that it names. */
export function misspelt(query: string, schema: WorkspaceSchema): string[] {
  const own = new Set(Object.values(schema).flatMap((columns) => Object.keys(columns)));
  const seen = new Set<string>();
  const texts: string[] = [];
  for (const node of walk(bindText(query, schema).root)) {
    const isColumn = node.kind === "NameReference" && node.symbol?.kind === "column";
    if (!isColumn || !own.has(node.name) || seen.has(node.name)) continue;
    seen.add(node.name);
    texts.push(`${query.slice(0, node.start)}${node.name}Qx${query.slice(node.end)}`);
  }
  return texts;
}

/** The constants, with nothing in them. */
const PROLOGUE = `let _start = datetime(2024-06-20); let _end = datetime(2024-07-20); let _base = datetime(2024-06-01);
${["_users", "_accounts", "_userIds", "_ips", "_hosts", "_hashes", "_files", "_urls", "_mailIds", "_senders"].map((name) => `let ${name} = dynamic([]);`).join(" ")} let _incident = 1;
`;

/** With the constants that code puts in front of them. */
export const triageQueries = (): string[] =>
  Triage.parse(JSON.parse(read("triage/triage-seed.json"))).questions.map(
    ({ kql }) => PROLOGUE + kql,
  );
