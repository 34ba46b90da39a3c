/** What compiled parts are made of, and what a part may ask while it is compiled. */
import type { KqlColumn, KqlType, WorkspaceSchema } from "../../schemas/kql.ts";
import type { SyntaxNode } from "../syntax.ts";
import type { Frame } from "./frame.ts";
import { KqlRefusal, type RefusalCode } from "./refusal.ts";
import type { Run } from "./run.ts";
import type { ScanBounds } from "./source.ts";
import type { KqlValue } from "./values.ts";

/** Gives a scalar's value for one row of the frame it was bound to. */
export type RowFunction = (row: number) => KqlValue;

export interface Scalar {
  readonly type: KqlType;
  /** Gives the same value for every row of a run. */
  readonly isConstant: boolean;
  /** A constant does not look at the frame. */
  bind(frame: Frame, run: Run): RowFunction;
}

export interface Tabular {
  readonly columns: readonly KqlColumn[];
  /** Hands bounds on raw columns down to a table. Without it, bounds end here. */
  readonly takesBounds: boolean;
  evaluate(run: Run, bounds: ScanBounds): Frame;
}

/** What a name stands for besides columns and tables. */
export type Binding =
  | { readonly kind: "scalar"; readonly scalar: Scalar }
  | { readonly kind: "tabular"; readonly tabular: Tabular }
  | {
      readonly kind: "function";
      readonly scope: Scope;
      readonly parameters: readonly FunctionParameter[];
    };

export interface FunctionParameter {
  readonly name: string;
  /** As the declaration writes it. */
  readonly type: string;
  readonly isTabular: boolean;
  readonly fallback: SyntaxNode | undefined;
}

/** Names from `let` and parameters, innermost first. */
export class Scope {
  readonly #bindings = new Map<string, Binding>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  find(name: string): Binding | undefined {
    return this.#bindings.get(name) ?? this.#outer?.find(name);
  }

  define(name: string, binding: Binding): void {
    this.#bindings.set(name, binding);
  }

  /** Names inside of this scope, which do not show outside. */
  inside(): Scope {
    return new Scope(this);
  }

  /** The names as they stand now: what is defined later does not show in it. */
  snapshot(): Scope {
    const copy = new Scope(this.#outer);
    for (const [name, binding] of this.#bindings) copy.define(name, binding);
    return copy;
  }
}

/** Where an expression stands. */
export interface Context {
  readonly compiler: Compiler;
  readonly schema: WorkspaceSchema;
  readonly scope: Scope;
  /** The columns of the row that the expression is computed for. */
  readonly columns: readonly KqlColumn[];
  /** Takes over calls of aggregate functions while the expressions of a summarize are compiled. */
  readonly aggregate?: (call: SyntaxNode) => Scalar | undefined;
  /** Compiled only to find what is not supported: columns that follow from rows are not known yet. */
  readonly isAhead?: boolean;
  /** Names of whole rows, as the steps of a scan: their columns stand in `columns` as `name.column`. */
  readonly rowNames?: ReadonlySet<string>;
  /** Names that have their values already: a `let` of the same name only told the binder their types. */
  readonly given?: ReadonlyMap<string, Scalar>;
  /** How many user functions are open around this place. */
  readonly depth: number;
}

/** Compiles any node; its parts know each other only through this. */
export interface Compiler {
  scalar(node: SyntaxNode, context: Context): Scalar;
  tabular(node: SyntaxNode, context: Context): Tabular;
  /** One operator of a pipe, applied to its input. */
  operator(node: SyntaxNode, input: Tabular, output: SyntaxNode, context: Context): Tabular;
}

/** @throws KqlRefusal at the node's place. */
export function refuse(node: SyntaxNode, code: RefusalCode, message: string): never {
  throw new KqlRefusal(code, message, node.position);
}
