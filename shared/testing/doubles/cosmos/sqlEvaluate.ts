/** Runs a parsed query over documents, with the language's three-valued logic: true, false, undefined. */
import type { Json, JsonObject } from "../../../schemas/json.ts";
import { badRequest } from "./cosmosError.ts";
import { compareValues, equalValues, FUNCTIONS, orderValues } from "./sqlFunctions.ts";
import type { Value } from "./sqlFunctions.ts";
import type { Expression, SelectQuery } from "./sqlSyntax.ts";

export type Parameters = ReadonlyMap<string, Json>;

export function runQuery(
  query: SelectQuery,
  docs: readonly JsonObject[],
  parameters: Parameters,
): Json[] {
  const evaluator = new Evaluator(parameters);
  const { where, value, window } = query;
  const kept =
    where === undefined ? docs : docs.filter((doc) => evaluator.valueOf(where, doc) === true);
  if (value?.kind === "call" && value.name === "COUNT") return [kept.length];
  const sorted = kept.toSorted((a, b) => {
    for (const { steps, descending } of query.orderBy) {
      const order = orderValues(valueAtSteps(a, steps), valueAtSteps(b, steps));
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
  const start = window === undefined ? 0 : evaluator.wholeNumber(window.offset);
  const end = window === undefined ? undefined : start + evaluator.wholeNumber(window.limit);
  const values = sorted
    .slice(start, end)
    .map((doc) => (value === undefined ? doc : evaluator.valueOf(value, doc)));
  return values.filter((one) => one !== undefined);
}

/** The value at a path; `undefined` when a step is missing. */
export function valueAtSteps(doc: JsonObject, steps: readonly string[]): Value {
  let value: Value = doc;
  for (const step of steps) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

const negated = (value: Value): Value => (typeof value === "boolean" ? !value : undefined);

class Evaluator {
  readonly #parameters: Parameters;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  wholeNumber(expression: Expression): number {
    const value = this.valueOf(expression, {});
    if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
    throw badRequest("OFFSET and LIMIT must be whole numbers.");
  }

  valueOf(expression: Expression, doc: JsonObject): Value {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "parameter":
        return this.#parameter(expression.name);
      case "path":
        return valueAtSteps(doc, expression.steps);
      case "and":
      case "or":
        return this.#junction(expression, doc);
      case "not":
        return negated(this.valueOf(expression.operand, doc));
      case "coalesce": {
        const value = this.valueOf(expression.left, doc);
        return value === undefined ? this.valueOf(expression.right, doc) : value;
      }
      case "compare": {
        const left = this.valueOf(expression.left, doc);
        return compareValues(expression.operator, left, this.valueOf(expression.right, doc));
      }
      case "in": {
        const value = this.valueOf(expression.operand, doc);
        if (value === undefined) return undefined;
        return expression.list.some((one) => equalValues(value, this.valueOf(one, doc)));
      }
      case "object":
        return this.#object(expression.properties, doc);
      case "call":
        break;
    }
    const call = FUNCTIONS.get(expression.name);
    if (call === undefined) throw badRequest(`${expression.name} is not possible here.`);
    return call(expression.arguments.map((one) => this.valueOf(one, doc)));
  }

  #parameter(name: string): Json {
    const value = this.#parameters.get(name);
    if (value === undefined) throw badRequest(`The parameter ${name} was not supplied.`);
    return value;
  }

  /** `false AND undefined` is false and `true OR undefined` is true; otherwise undefined wins. */
  #junction(
    { kind, left, right }: Extract<Expression, { kind: "and" | "or" }>,
    doc: JsonObject,
  ): Value {
    const deciding = kind === "or";
    const first = this.valueOf(left, doc);
    if (first === deciding) return deciding;
    const second = this.valueOf(right, doc);
    if (second === deciding) return deciding;
    return first === !deciding && second === !deciding ? !deciding : undefined;
  }

  #object(properties: readonly (readonly [string, Expression])[], doc: JsonObject): JsonObject {
    const result: JsonObject = {};
    for (const [name, expression] of properties) {
      const value = this.valueOf(expression, doc);
      if (value !== undefined) result[name] = value;
    }
    return result;
  }
}
