/** Bound syntax trees: parsing a text against a schema, and reading its nodes. */
import type { KqlColumn, KqlType, WorkspaceSchema } from "../schemas/kql.ts";
import {
  type RawCode,
  type RawNode,
  columnsOfSymbol,
  globalsOf,
  isRawNode,
  items,
  kusto,
  member,
  typeOfSymbol,
} from "./kusto.ts";

/** A position in a text, line and column counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, Math.max(0, offset)).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

export type SymbolKind = "column" | "table" | "variable" | "parameter" | "function" | "other";

/** One node of a bound tree. Members are named as the package names them ("Left", "Condition", …). */
export class SyntaxNode {
  readonly raw: RawNode;
  /** The text which the node's offsets count in. */
  readonly source: string;
  readonly kind: string;

  /** Where to point instead: nodes of an expanded function body stand where the function is called. */
  readonly #anchor: Position | undefined;

  constructor(raw: RawNode, source: string, anchor?: Position) {
    this.raw = raw;
    this.source = source;
    this.#anchor = anchor;
    this.kind = kusto().kindNames.get(raw.Kind) ?? "Unknown";
  }

  /** A child by member name. @throws when there is none: the tree does not have the shape the caller relies on. */
  get(name: string): SyntaxNode {
    const found = this.find(name);
    if (found === undefined) throw new Error(`A ${this.kind} has no ${name}.`);
    return found;
  }

  find(name: string): SyntaxNode | undefined {
    const value = member(this.raw, name);
    return isRawNode(value) ? new SyntaxNode(value, this.source, this.#anchor) : undefined;
  }

  /** The elements of a list member, without the commas between them. */
  list(name: string): SyntaxNode[] {
    return items(member(this.raw, name))
      .map((item) => member(item, "Element") ?? item)
      .filter(isRawNode)
      .map((item) => new SyntaxNode(item, this.source, this.#anchor));
  }

  get children(): SyntaxNode[] {
    const found: SyntaxNode[] = [];
    for (let i = 0; i < this.raw.ChildCount; i += 1) {
      const child = this.raw.GetChild(i);
      if (isRawNode(child) && !child.IsToken)
        found.push(new SyntaxNode(child, this.source, this.#anchor));
    }
    return found;
  }

  /** The node's own text, without the white space around it. */
  get text(): string {
    return this.raw.toString().trim();
  }

  /** The text of a token member, for example the operator of a comparison; "" when it is absent. */
  token(name: string): string {
    const text = member(member(this.raw, name), "Text");
    return typeof text === "string" ? text : "";
  }

  /** The text that a string token stands for, its escapes resolved. */
  tokenValue(name: string): string {
    const value = member(member(this.raw, name), "ValueText");
    return typeof value === "string" ? value : this.token(name);
  }

  /** The plain name of a name, reference, declaration or call. */
  get name(): string {
    const own = member(this.raw, "SimpleName") ?? member(member(this.raw, "Name"), "SimpleName");
    return typeof own === "string" ? own : "";
  }

  get literal(): unknown {
    return member(this.raw, "LiteralValue");
  }

  /** The scalar type; undefined for tables and for what the binder could not type. */
  get type(): KqlType | undefined {
    return typeOfSymbol(member(this.raw, "ResultType"));
  }

  /** The columns of a tabular node; undefined for scalars. */
  get columns(): KqlColumn[] | undefined {
    return columnsOfSymbol(member(this.raw, "ResultType"));
  }

  get isTabular(): boolean {
    const type = member(this.raw, "ResultType");
    return type !== undefined && type !== null && kusto().typeNameOf(type).endsWith("TableSymbol");
  }

  /** The name of the workspace's table that a node stands for; undefined when it is none, or not known. */
  get tableName(): string | undefined {
    if (!this.isTabular) return undefined;
    const name = member(member(this.raw, "ResultType"), "Name");
    return typeof name === "string" && name !== "" ? name : undefined;
  }

  /** The results of a function that gives several; undefined for all others. */
  get results(): KqlColumn[] | undefined {
    const type = member(this.raw, "ResultType");
    if (type === undefined || type === null) return undefined;
    return kusto().typeNameOf(type).endsWith("TupleSymbol") ? columnsOfSymbol(type) : undefined;
  }

  get symbol(): { readonly kind: SymbolKind; readonly name: string } | undefined {
    const symbol = member(this.raw, "ReferencedSymbol");
    if (symbol === undefined || symbol === null) return undefined;
    const className = kusto().typeNameOf(symbol).split(".").at(-1) ?? "";
    return { kind: SYMBOL_KINDS[className] ?? "other", name: String(member(symbol, "Name")) };
  }

  /** The body of the user function that this call names, bound to the call's arguments; undefined for built-ins. */
  get calledBody(): SyntaxNode | undefined {
    const call = member(this.raw, "GetCalledFunctionBody");
    if (typeof call !== "function") return undefined;
    const body: unknown = Reflect.apply(call, this.raw, []);
    return isRawNode(body) ? new SyntaxNode(body, this.source, this.position) : undefined;
  }

  get start(): number {
    return this.raw.TextStart;
  }

  get end(): number {
    return this.raw.End;
  }

  get position(): Position {
    return this.#anchor ?? positionAt(this.source, this.raw.TextStart);
  }
}

const SYMBOL_KINDS: Readonly<Record<string, SymbolKind>> = {
  ColumnSymbol: "column",
  TableSymbol: "table",
  VariableSymbol: "variable",
  ParameterSymbol: "parameter",
  FunctionSymbol: "function",
};

/** A text that would take the parser or the binder too long. */
export class TextTooLarge extends Error {
  override readonly name = "TextTooLarge";
}

/** The parser takes seconds on thousands of nested brackets, long before it gives up on them. */
const NESTING_MAX = 300;

/** How deep brackets nest, those in strings and comments included. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if ("([{".includes(character)) depth += 1;
    else if (")]}".includes(character)) depth = Math.max(0, depth - 1);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** The binder writes lets out: a chain of `let b = union a, a;` doubles its work with each link. */
const EXPANSION_MAX = 20_000;
/** Fewer lets than this cannot grow far. */
const LETS_HARMLESS = 6;

/** How many names a text refers to once every let is written out in place. */
function expansionOf(text: string): number {
  if ((text.match(/\blet\b/g) ?? []).length <= LETS_HARMLESS) return 0;
  const { Syntax: syntax } = kusto().language.KustoCode.Parse(text);
  if (!isRawNode(syntax)) return 0;
  const sizes = new Map<string, number>();
  let total = 0;
  for (const statement of new SyntaxNode(syntax, text).list("Statements")) {
    let size = 0;
    for (const node of walk(statement))
      if (node.kind === "NameReference") size += sizes.get(node.name) ?? 1;
    if (statement.kind === "LetStatement") sizes.set(statement.get("Name").name, Math.max(1, size));
    total += size;
    if (total > EXPANSION_MAX) break;
  }
  return total;
}

export interface BoundText {
  readonly code: RawCode;
  readonly root: SyntaxNode;
}

/**
 * Parses and binds a text. Loads the language package on first use.
 * @throws TextTooLarge for texts that are nested or written out too far; Error with a short message when the parser itself fails, for example on extreme nesting.
 */
export function bindText(text: string, schema: WorkspaceSchema): BoundText {
  if (nestingOf(text) > NESTING_MAX)
    throw new TextTooLarge(`The text is nested more than ${NESTING_MAX} brackets deep.`);
  const globals = globalsOf(schema);
  let failure = "The parser could not read this text.";
  try {
    if (expansionOf(text) > EXPANSION_MAX)
      throw new TextTooLarge(
        `The lets stand for more than ${EXPANSION_MAX} names when they are written out.`,
      );
    const code = kusto().language.KustoCode.ParseAndAnalyze(text, globals);
    if (isRawNode(code.Syntax)) return { code, root: new SyntaxNode(code.Syntax, text) };
  } catch (error) {
    if (error instanceof TextTooLarge) throw error;
    // The cause is dropped on purpose: its stack quotes a line of the package that is four megabytes long.
    const message = error instanceof Error ? error.message : "";
    if (error instanceof RangeError)
      throw new TextTooLarge("The text is nested too deeply for the parser. Split it up.");
    failure = `The parser failed on this text: ${message.slice(0, 200)}`;
  }
  throw new Error(failure);
}

/** Every node below and including this one, parents first. Does not recurse, so that depth cannot hurt. */
export function* walk(root: SyntaxNode): Generator<SyntaxNode> {
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    pending.push(...node.children.toReversed());
  }
}
