/**
 * As much of Logic Apps as the playbooks of docs/integrations use: their expressions, actions in order, and the
 * asynchronous pattern of HTTP actions. Calls of connectors are not sent but kept.
 */
import { z } from "zod";

import { Json, JsonObject } from "../../shared/schemas/json.ts";
import { until } from "../product/until.ts";
import { evaluate, type Functions, valueAt } from "./expressions.ts";

const Action = z.looseObject({
  type: z.string(),
  runAfter: z.record(z.string(), z.array(z.string())),
  inputs: JsonObject.optional(),
  expression: JsonObject.optional(),
  get actions() {
    return z.record(z.string(), Action).optional();
  },
  get else() {
    return z.looseObject({ actions: z.record(z.string(), Action) }).optional();
  },
});
type Action = z.infer<typeof Action>;

const Template = z.looseObject({
  parameters: z.record(z.string(), z.looseObject({ defaultValue: Json.optional() })),
  resources: z.array(z.looseObject({ type: z.string(), properties: JsonObject.optional() })),
});
const Workflow = z.looseObject({
  definition: z.looseObject({ actions: z.record(z.string(), Action) }),
  parameters: z.record(z.string(), z.looseObject({ value: Json })),
});
const HttpInputs = z.looseObject({
  method: z.string(),
  uri: z.url(),
  headers: z.record(z.string(), z.string()).default({}),
  body: Json.optional(),
  authentication: z.looseObject({ type: z.string(), audience: z.string() }).optional(),
});
type HttpInputs = z.infer<typeof HttpInputs>;

export interface SentCall {
  action: string;
  method: string;
  url: string;
  status: number;
}

export interface WorkflowRun {
  /** Every HTTP request in order, polling included. */
  sent: SentCall[];
  /** What went to connectors. */
  connectors: { action: string; path: string; body: Json }[];
  /** Body of each action that answered one. */
  bodies: Record<string, Json>;
}

interface Surroundings {
  /** Values of the template's parameters. */
  parameters: Readonly<Record<string, string>>;
  triggerBody: Json;
  /** What Azure puts into Authorization for a managed identity. */
  tokenFor(audience: string): Promise<string>;
}

/** Deploys a template, as far as its playbook needs, and runs the playbook once. */
export async function runPlaybook(template: unknown, given: Surroundings): Promise<WorkflowRun> {
  const { parameters, resources } = Template.parse(template);
  const values = Object.entries(parameters).map(([name, { defaultValue }]) => {
    const value = given.parameters[name] ?? defaultValue;
    if (value === undefined) throw new Error(`The template needs a value of ${name}.`);
    return [name, value] as const;
  });
  const properties = resources.find(({ type }) => type === "Microsoft.Logic/workflows")?.properties;
  const workflow = Workflow.parse(properties);
  const deployed = deploymentFunctions(Object.fromEntries(values));
  const own = Object.entries(workflow.parameters).map(
    ([name, { value }]) => [name, deploy(value, deployed)] as const,
  );
  const run: WorkflowRun = { sent: [], connectors: [], bodies: {} };
  await runActions(workflow.definition.actions, run, {
    ...given,
    functions: runtimeFunctions(Object.fromEntries(own), run, given.triggerBody),
  });
  return run;
}

type Running = Surroundings & { functions: Functions };

async function runActions(
  actions: Readonly<Record<string, Action>>,
  run: WorkflowRun,
  given: Running,
): Promise<void> {
  const done = new Set<string>();
  while (done.size < Object.keys(actions).length) {
    const ready = Object.entries(actions).filter(
      ([name, { runAfter }]) =>
        !done.has(name) && Object.keys(runAfter).every((before) => done.has(before)),
    );
    if (ready.length === 0) throw new Error("An action waits for one that never runs.");
    for (const [name, action] of ready) {
      await runAction(name, action, run, given);
      done.add(name);
    }
  }
}

async function runAction(
  name: string,
  action: Action,
  run: WorkflowRun,
  given: Running,
): Promise<void> {
  if (action.type === "If") {
    const isTrue = holds(action.expression, given.functions);
    return runActions((isTrue ? action.actions : action.else?.actions) ?? {}, run, given);
  }
  const inputs = evaluateAll(action.inputs ?? {}, given.functions);
  if (action.type === "Http") {
    run.bodies[name] = await send(name, HttpInputs.parse(inputs), run, given);
    return;
  }
  if (action.type !== "ApiConnection") throw new Error(`Nobody runs a ${action.type}.`);
  const { path, body } = z.looseObject({ path: z.string(), body: Json }).parse(inputs);
  run.connectors.push({ action: name, path, body });
}

/** Sends the request and, as Logic Apps do, follows Location with the same credentials until it is not 202. */
async function send(
  name: string,
  inputs: HttpInputs,
  run: WorkflowRun,
  given: Running,
): Promise<Json> {
  const { authentication } = inputs;
  const headers = {
    ...inputs.headers,
    ...(authentication !== undefined && {
      authorization: `Bearer ${await given.tokenFor(authentication.audience)}`,
    }),
  };
  const ask = async (method: string, url: string, body?: Json) => {
    const response = await fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    run.sent.push({ action: name, method, url, status: response.status });
    const json = Json.parse(await response.json());
    if (response.status >= 300)
      throw new Error(`${name}: ${response.status} ${JSON.stringify(json)}`);
    return { status: response.status, location: response.headers.get("location"), json };
  };
  const first = await ask(inputs.method, inputs.uri, inputs.body);
  if (first.status !== 202) return first.json;
  // Relative addresses are not followed.
  const location = z.url().parse(first.location);
  const last = await until(
    `the end of ${name}`,
    async () => {
      const reply = await ask("GET", location);
      return reply.status === 202 ? undefined : reply;
    },
    60_000,
  );
  return last.json;
}

function holds(expression: JsonObject | undefined, functions: Functions): boolean {
  const [operator, operands] = Object.entries(expression ?? {})[0] ?? [];
  const parts = z.array(Json).parse(operands);
  if (operator === "and") return parts.every((one) => holds(JsonObject.parse(one), functions));
  if (operator !== "equals") throw new Error(`Nobody knows the condition ${operator}.`);
  const [left, right] = parts.map((one) => JSON.stringify(evaluateAll(one, functions)));
  return left === right;
}

/** Every text of a value, evaluated: `@…` as a whole, `@{…}` in place. */
function evaluateAll(value: Json, functions: Functions): Json {
  if (Array.isArray(value)) return value.map((one) => evaluateAll(one, functions));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, evaluateAll(one, functions)]),
    );
  if (typeof value !== "string") return value;
  if (value.startsWith("@") && !value.startsWith("@{")) return evaluate(value.slice(1), functions);
  return value.replaceAll(/@\{([^}]+)\}/g, (_all, text: string) => {
    const part = evaluate(text, functions);
    return typeof part === "string" ? part : JSON.stringify(part);
  });
}

function deploy(value: Json, functions: Functions): Json {
  if (Array.isArray(value)) return value.map((one) => deploy(one, functions));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, deploy(one, functions)]),
    );
  const text = typeof value === "string" ? /^\[(.+)\]$/.exec(value)?.[1] : undefined;
  return text === undefined ? value : evaluate(text, functions);
}

const textOf = (value: Json | undefined): string => z.string().parse(value);

const deploymentFunctions = (parameters: Readonly<Record<string, Json>>): Functions => ({
  parameters: (name) => valueAt(parameters, textOf(name)),
  variables: (name) => `the ${textOf(name)}`,
  concat: (...parts) => parts.map(textOf).join(""),
  resourceId: (...parts) => parts.map(textOf).join("/"),
  subscription: () => ({ subscriptionId: "sub" }),
  resourceGroup: () => ({ location: "here" }),
});

const runtimeFunctions = (
  parameters: Readonly<Record<string, Json>>,
  run: WorkflowRun,
  triggerBody: Json,
): Functions => ({
  parameters: (name) => valueAt(parameters, textOf(name)),
  triggerBody: () => triggerBody,
  body: (action) => valueAt(run.bodies, textOf(action)),
  coalesce: (...values) => values.find((value) => value !== null) ?? null,
  encodeURIComponent: (text) => encodeURIComponent(textOf(text)),
});
