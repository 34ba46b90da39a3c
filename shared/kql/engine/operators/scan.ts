/** `scan`: sequences of rows that match steps, one after the other (the documentation's scan logic). */
import type { KqlColumn } from "../../../schemas/kql.ts";
import { type SyntaxNode, walk } from "../../syntax.ts";
import { type Context, type RowFunction, type Scalar, type Tabular, refuse } from "../context.ts";
import { absentOf, converter } from "../convert.ts";
import { windowFunctions } from "../expressions/windows.ts";
import { Frame } from "../frame.ts";
import { groupRows } from "../grouping.ts";
import type { Run } from "../run.ts";
import { constantValue, literal, mapScalar, valuesOf } from "../scalar.ts";
import type { KqlValue } from "../values.ts";
import {
  type CompileOperator,
  type OperatorTable,
  boundColumns,
  derived,
  pickColumns,
  rowContext,
} from "./table.ts";

type Record = readonly KqlValue[];

interface Step {
  readonly name: string;
  readonly output: "all" | "last" | "none";
  readonly condition: Scalar;
  /** By position of the assigned column. */
  readonly assignments: readonly { at: number; value: Scalar }[];
}

interface Plan {
  readonly steps: readonly Step[];
  /** Columns of a record: the input's and the declared ones. */
  readonly columns: readonly KqlColumn[];
  readonly inputWidth: number;
  /** Values of the declared columns until a step assigns them. */
  readonly defaults: readonly Scalar[];
  readonly partition: readonly Scalar[];
}

function declaredColumns(
  node: SyntaxNode,
  context: Context,
): { column: KqlColumn; value: Scalar }[] {
  return (node.find("DeclareClause")?.list("Declarations") ?? []).map((one) => {
    const name = one.get("NameAndType").get("Name");
    const type = name.type ?? "dynamic";
    const given = one.find("DefaultValue")?.find("Value");
    const value =
      given === undefined
        ? literal(type, absentOf(type))
        : context.compiler.scalar(given, { ...context, columns: [] });
    return { column: { name: name.name, type }, value: typed(value, type) };
  });
}

const typed = (scalar: Scalar, type: Scalar["type"]): Scalar =>
  scalar.type === type ? scalar : mapScalar(type, scalar, converter(scalar.type, type));

function refuseOutside(node: SyntaxNode, steps: readonly SyntaxNode[]): void {
  if (node.find("OrderByClause") !== undefined)
    refuse(node, "unsupported-operator", "Sort the rows before scan instead of in it.");
  for (const step of steps) {
    if (step.token("OptionalKeyword") !== "")
      refuse(step, "unsupported-operator", "Optional steps of scan are not supported here.");
    for (const part of walk(step))
      if (part.kind === "FunctionCallExpression" && Object.hasOwn(windowFunctions, part.name))
        refuse(part, "unsupported-function", `${part.name}() has no meaning in a step of scan.`);
  }
}

function planScan(node: SyntaxNode, input: Tabular, context: Context): Plan {
  const nodes = node.list("Steps");
  refuseOutside(node, nodes);
  const declared = declaredColumns(node, context);
  const columns = [...input.columns, ...declared.map(({ column }) => column)];
  const names = nodes.map((step) => step.get("Name").name);
  const inside: Context = {
    ...context,
    columns: [
      ...columns,
      ...names.flatMap((step) =>
        columns.map(({ name, type }) => ({ name: `${step}.${name}`, type })),
      ),
    ],
    rowNames: new Set(names),
  };
  const steps = nodes.map((step, i): Step => {
    const output = step.find("ScanStepOutput")?.token("OutputKind") ?? "all";
    return {
      name: names[i] ?? "",
      output: output === "last" || output === "none" ? output : "all",
      condition: context.compiler.scalar(step.get("Condition"), inside),
      assignments: (step.find("ComputationClause")?.list("Assignments") ?? []).map((one) => {
        const at = columns.findIndex(({ name }) => name === one.get("Name").name);
        const value = context.compiler.scalar(one.get("Expression"), inside);
        return { at, value: typed(value, columns[at]?.type ?? value.type) };
      }),
    };
  });
  const rows = rowContext(context, input);
  return {
    steps,
    columns,
    inputWidth: input.columns.length,
    defaults: declared.map(({ value }) => value),
    partition: (node.find("PartitionByClause")?.list("Expressions") ?? []).map((key) =>
      context.compiler.scalar(key, rows),
    ),
  };
}

/** A sequence that has come as far as some step. */
interface Sequence {
  readonly id: number;
  /** By step, the record that stands for it. */
  readonly records: (Record | undefined)[];
  /** The newest record of a step that outputs its last one only. */
  held: Record | undefined;
}

interface Found {
  readonly record: Record;
  readonly id: number;
}

/** Runs the steps over records, one at a time. Expressions read a frame of one row that is written anew each time. */
class Scanner {
  readonly #plan: Plan;
  readonly #cells: KqlValue[][];
  readonly #defaults: readonly KqlValue[];
  readonly #conditions: readonly RowFunction[];
  readonly #assignments: readonly { at: number; value: RowFunction }[][];
  readonly found: Found[] = [];
  #sequences: (Sequence | undefined)[] = [];
  #nextId = 0;

  constructor(plan: Plan, run: Run) {
    this.#plan = plan;
    const width = plan.columns.length * (plan.steps.length + 1);
    this.#cells = Array.from({ length: width }, (): KqlValue[] => [null]);
    const frame = Frame.of(1, this.#cells);
    this.#defaults = plan.columns.map(({ type }, i) => {
      const declared = plan.defaults[i - plan.inputWidth];
      return declared === undefined ? absentOf(type) : constantValue(declared, run);
    });
    this.#conditions = plan.steps.map(({ condition }) => condition.bind(frame, run));
    this.#assignments = plan.steps.map(({ assignments }) =>
      assignments.map(({ at, value }) => ({ at, value: value.bind(frame, run) })),
    );
  }

  /** Ends all sequences: the rows of another partition begin. */
  flush(): void {
    for (const sequence of this.#sequences) this.#release(sequence);
    this.#sequences = [];
  }

  take(values: readonly KqlValue[]): void {
    const record = [...values, ...this.#defaults.slice(this.#plan.inputWidth)];
    for (let k = this.#plan.steps.length - 1; k >= 0; k -= 1)
      if (!this.#promote(k, record)) this.#repeat(k, record);
  }

  /** A sequence that waits at the step before goes on to this one. */
  #promote(k: number, record: Record): boolean {
    const before = k === 0 ? undefined : this.#sequences[k - 1];
    if (before === undefined || !this.#holds(k, record, before)) return false;
    const extended = this.#extend(k, record, before);
    this.#release(this.#sequences[k]);
    this.#release(before);
    this.#sequences[k - 1] = undefined;
    const records = before.records.slice(0, k);
    records[k] = extended;
    this.#sequences[k] = { id: before.id, records, held: undefined };
    this.#emit(k, extended);
    return true;
  }

  /** The step matches again, or the first step begins a sequence. */
  #repeat(k: number, record: Record): void {
    const own = this.#sequences[k];
    if ((own === undefined && k > 0) || !this.#holds(k, record, own)) return;
    const extended = this.#extend(k, record, own);
    if (k === 0) {
      this.#sequences[0] = { id: this.#nextId, records: [extended], held: undefined };
      this.#nextId += 1;
    } else if (own !== undefined) own.records[k] = extended;
    this.#emit(k, extended);
  }

  #emit(k: number, record: Record): void {
    const sequence = this.#sequences[k];
    const output = this.#plan.steps[k]?.output;
    if (sequence === undefined || output === "none") return;
    if (output === "last") sequence.held = record;
    else this.found.push({ record, id: sequence.id });
  }

  #release(sequence: Sequence | undefined): void {
    if (sequence?.held === undefined) return;
    this.found.push({ record: sequence.held, id: sequence.id });
    sequence.held = undefined;
  }

  #write(record: Record, state: Sequence | undefined): void {
    const width = this.#plan.columns.length;
    for (let i = 0; i < this.#cells.length; i += 1) {
      const step = Math.floor(i / width) - 1;
      const from = step < 0 ? record : (state?.records[step] ?? this.#defaults);
      const cell = this.#cells[i];
      if (cell !== undefined) cell[0] = from[i % width] ?? null;
    }
  }

  #holds(k: number, record: Record, state: Sequence | undefined): boolean {
    this.#write(record, state);
    return this.#conditions[k]?.(0) === true;
  }

  /** The record with the step's assignments; each sees those before it. */
  #extend(k: number, record: Record, state: Sequence | undefined): Record {
    const extended = [...record];
    this.#write(extended, state);
    for (const { at, value } of this.#assignments[k] ?? []) {
      extended[at] = value(0);
      const cell = this.#cells[at];
      if (cell !== undefined) cell[0] = extended[at] ?? null;
    }
    return extended;
  }
}

const scan: CompileOperator = (node, input, output, context) => {
  const plan = planScan(node, input, context);
  return derived(input, boundColumns(output), (frame, run) => {
    const scanner = new Scanner(plan, run);
    const columns = input.columns.map((_, index) => frame.column(index));
    const keys = plan.partition.map((key) => valuesOf(key, frame, run));
    const groups = groupRows(keys, frame.rowCount);
    const rows: number[][] = groups.firstRows.map(() => []);
    groups.groupOf.forEach((group, row) => rows[group]?.push(row));
    for (const list of rows) {
      for (const row of list) {
        run.charge(plan.steps.length);
        scanner.take(columns.map((column) => column[row] ?? null));
      }
      scanner.flush();
    }
    return Frame.lazy(scanner.found.length, boundColumns(output).length, (index) =>
      scanner.found.map(({ record, id }) =>
        index < plan.columns.length ? (record[index] ?? null) : id,
      ),
    );
  });
};

/**
 * The binder gives every scan a column `match_id`; the service only where `with_match_id` names one. What nobody asked
 * for and nothing refers to is taken off the result.
 */
export function withoutUnaskedIds(root: SyntaxNode, result: Tabular): Tabular {
  const nodes = [...walk(root)];
  const isUnasked = nodes.some(
    (node) =>
      node.kind === "ScanOperator" &&
      node.list("Parameters").every((one) => one.name.toLowerCase() !== "with_match_id"),
  );
  const isUsed = nodes.some((node) => node.kind === "NameReference" && node.name === UNASKED_ID);
  if (!isUnasked || isUsed) return result;
  const kept = result.columns.flatMap(({ name }, index) => (name === UNASKED_ID ? [] : [index]));
  return {
    columns: kept.flatMap((index) => result.columns[index] ?? []),
    takesBounds: false,
    evaluate: (run, bounds) => pickColumns(result.evaluate(run, bounds), kept),
  };
}

const UNASKED_ID = "match_id";

export const scanOperators: OperatorTable = { ScanOperator: scan };
