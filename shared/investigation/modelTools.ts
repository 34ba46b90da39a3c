/** The tools a model has: their names, their arguments, and how they are described to it. */
import { z } from "zod";

import { JsonObject } from "../schemas/json.ts";
import type { ChatRequest, ToolCall } from "../schemas/modelExchanges.ts";
import { Proposal } from "./modelState.ts";

const Arguments = {
  run_kql: z.strictObject({
    question: z.string().describe("what the query asks, one plain sentence without values"),
    kql: z.string(),
  }),
  read_rows: z.strictObject({
    evidence_id: z.string(),
    from: z.number().describe("first row, from 1"),
    to: z.number().describe("last row; at most 50 rows at a time"),
  }),
  get_incident: z.strictObject({}),
  get_alerts: z.strictObject({}),
  entity_history: z.strictObject({
    value: z.string().describe("an address, account, host, domain, hash or link, or its handle"),
  }),
  search_past: z.strictObject({ words: z.string() }),
  finish: Proposal,
};

type ToolName = keyof typeof Arguments;

const DESCRIPTIONS: Readonly<Record<ToolName, string>> = {
  run_kql: "Runs a Kusto query over the workspace in the session's time range; at most 500 rows.",
  read_rows: "Shows more rows of an answer by its evidence_id.",
  get_incident: "The incident: title, description, times, tactics.",
  get_alerts: "The incident's alerts.",
  entity_history: "What earlier investigations know of an entity.",
  search_past: "Earlier investigations that fit these words.",
  finish: "Hands in your report. Call it once, when you have looked enough.",
};

const isToolName = (name: string): name is ToolName => Object.hasOwn(Arguments, name);

/** @param only the last turn leaves no choice. */
export const toolDefinitions = (only?: ToolName): ChatRequest["tools"] =>
  Object.entries(Arguments)
    .filter(([name]) => only === undefined || name === only)
    .map(([name, shape]) => ({
      name,
      description: isToolName(name) ? DESCRIPTIONS[name] : "",
      parameters: schemaOf(shape),
    }));

/** In the strict subset that endpoints take: types, properties, all required, nothing else. */
export function schemaOf(shape: z.ZodType): JsonObject {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { reused: "inline" });
  return JsonObject.parse(schema);
}

const Call = z.discriminatedUnion("name", [
  z.object({ name: z.literal("run_kql"), arguments: Arguments.run_kql }),
  z.object({ name: z.literal("read_rows"), arguments: Arguments.read_rows }),
  z.object({ name: z.literal("get_incident"), arguments: Arguments.get_incident }),
  z.object({ name: z.literal("get_alerts"), arguments: Arguments.get_alerts }),
  z.object({ name: z.literal("entity_history"), arguments: Arguments.entity_history }),
  z.object({ name: z.literal("search_past"), arguments: Arguments.search_past }),
  z.object({ name: z.literal("finish"), arguments: Arguments.finish }),
]);
export type Call = z.infer<typeof Call>;

/** What one call asks for, or what is wrong with it, in words the model can act on. */
export function readCall({ name, arguments: text }: ToolCall): Call | { wrong: string } {
  if (!isToolName(name)) {
    const known = Object.keys(Arguments).join(", ");
    return { wrong: `There is no tool of that name. The tools are ${known}.` };
  }
  let given: unknown;
  try {
    given = JSON.parse(text === "" ? "{}" : text);
  } catch {
    return { wrong: `The arguments of ${name} are no JSON. Call it again.` };
  }
  const { data, error } = Call.safeParse({ name, arguments: given });
  if (data !== undefined) return data;
  const issues = error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join(".")}: ${message}`);
  return {
    wrong: `The arguments of ${name} are not as described. ${issues.join("; ")}`.slice(0, 1_000),
  };
}
