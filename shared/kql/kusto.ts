/**
 * The Kusto language package behind a thin typed face: only the members in use are declared. The package is a compiled
 * .NET library that sets globals; it loads on first use, in about 0.2 s.
 */
import { createRequire } from "node:module";

import type { KqlColumn, KqlFunction, KqlType, WorkspaceSchema } from "../schemas/kql.ts";
import { functionsOf } from "./functions.ts";
import { typeNamed } from "./typeNames.ts";
import { isUsableName } from "./usableNames.ts";

interface RawList {
  readonly Count: number;
}

export interface RawSymbol {
  readonly Name: string;
}

export interface RawDiagnostic {
  readonly Code: string;
  readonly Severity: string;
  readonly Message: string;
  readonly Start: number;
  readonly Length: number;
}

export interface RawNode {
  readonly Kind: number;
  readonly ChildCount: number;
  readonly TextStart: number;
  readonly End: number;
  readonly IsToken: boolean;
  GetChild(index: number): unknown;
  toString(): string;
}

export interface RawCode {
  readonly Kind: string;
  readonly Syntax: unknown;
  readonly ResultType: unknown;
  GetDiagnostics(): RawList;
}

export interface RawGlobals {
  WithDatabase(database: unknown): RawGlobals;
}

interface Constructor {
  new (...args: readonly unknown[]): RawSymbol;
}

interface KustoLanguage {
  readonly KustoCode: {
    Parse(text: string): RawCode;
    ParseAndAnalyze(text: string, globals: RawGlobals): RawCode;
  };
  readonly GlobalState: { readonly Default: RawGlobals };
  readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, unknown>> };
  readonly Symbols: {
    readonly ScalarTypes: { GetSymbol(name: string): RawSymbol };
    readonly ColumnSymbol: Constructor;
    readonly TableSymbol: { readonly $ctor4: Constructor };
    readonly DatabaseSymbol: { readonly $ctor1: Constructor };
    /** `$ctor16`: name, parameters as text, body, description; `$ctor6`: name, result, parameters, description. */
    readonly FunctionSymbol: { readonly $ctor6: Constructor; readonly $ctor16: Constructor };
  };
}

interface Runtime {
  readonly language: KustoLanguage;
  readonly itemOf: (list: unknown, index: number) => unknown;
  readonly typeNameOf: (symbol: unknown) => string;
  readonly kindNames: ReadonlyMap<number, string>;
}

let loaded: Runtime | undefined;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isLanguage = (value: unknown): value is KustoLanguage =>
  isObject(value) && "KustoCode" in value && "Symbols" in value;
const isFunction = (value: unknown): value is (...args: readonly unknown[]) => unknown =>
  typeof value === "function";

/** Reads a member of a value of the package. */
export const member = (value: unknown, name: string): unknown =>
  isObject(value) || typeof value === "function" ? Reflect.get(value, name) : undefined;

function load(): Runtime {
  const require = createRequire(import.meta.url);
  for (const file of ["bridge.min.js", "Kusto.Language.Bridge.min.js"])
    require(`@kusto/language-service-next/${file}`);
  const language = member(Reflect.get(globalThis, "Kusto"), "Language");
  const itemOf = member(member(Reflect.get(globalThis, "System"), "Array"), "getItem");
  const typeNameOf = member(Reflect.get(globalThis, "Bridge"), "getTypeName");
  if (!isLanguage(language) || !isFunction(itemOf) || !isFunction(typeNameOf))
    throw new Error("The Kusto language package did not load as expected.");
  const kindNames = new Map<number, string>();
  for (const [name, kind] of Object.entries(language.Syntax.SyntaxKind))
    if (typeof kind === "number") kindNames.set(kind, name);
  return { language, itemOf, typeNameOf: (symbol) => String(typeNameOf(symbol)), kindNames };
}

/** The loaded package; the first call loads it. */
export const kusto = (): Runtime => (loaded ??= load());

/** Names of the language's own functions and aggregates. */
export function builtInFunctionNames(): string[] {
  const defaults = kusto().language.GlobalState.Default;
  return [member(defaults, "Functions"), member(defaults, "Aggregates")].flatMap((list) =>
    Array.isArray(list) ? list.map((one) => String(member(one, "Name"))) : [],
  );
}

/** The items of one of the package's lists; of nothing when there is no list. */
export function items(list: unknown): unknown[] {
  const count = member(list, "Count");
  if (typeof count !== "number") return [];
  const { itemOf } = kusto();
  return Array.from({ length: count }, (_, index) => itemOf(list, index));
}

/** Diagnostics of a parsed text, as the package words them. */
export function diagnosticsOf(code: RawCode): RawDiagnostic[] {
  return items(code.GetDiagnostics()).filter(isDiagnostic);
}

export const isDiagnostic = (value: unknown): value is RawDiagnostic =>
  isObject(value) && "Code" in value && "Start" in value;

export const isRawNode = (value: unknown): value is RawNode =>
  isObject(value) && "ChildCount" in value && "TextStart" in value;

/** The scalar type that a type symbol stands for; undefined for tables, errors and unknown types. */
export function typeOfSymbol(symbol: unknown): KqlType | undefined {
  const name = member(symbol, "Name");
  if (typeof name !== "string") return undefined;
  return typeNamed(name) ?? (name.startsWith("dynamic") ? "dynamic" : undefined);
}

/** The columns of a table symbol; undefined when the symbol is no table. */
export function columnsOfSymbol(symbol: unknown): KqlColumn[] | undefined {
  const columns = member(symbol, "Columns");
  if (columns === undefined || columns === null) return undefined;
  return items(columns).map((column) => ({
    name: String(member(column, "Name")),
    type: typeOfSymbol(member(column, "Type")) ?? "dynamic",
  }));
}

const globalsBySchema = new WeakMap<WorkspaceSchema, RawGlobals>();

/** The binder's view of a workspace, built once per schema object. */
export function globalsOf(schema: WorkspaceSchema): RawGlobals {
  let globals = globalsBySchema.get(schema);
  if (globals === undefined) {
    globals = buildGlobals(schema);
    globalsBySchema.set(schema, globals);
  }
  return globals;
}

function buildGlobals(schema: WorkspaceSchema): RawGlobals {
  const { Symbols: symbols, GlobalState: state } = kusto().language;
  const tables = Object.entries(schema)
    .filter(([name]) => isUsableName(name))
    .map(([name, columns]) => tableSymbol(name, columns));
  const functions = [...functionsOf(schema).values()]
    .filter(({ name }) => isUsableName(name))
    .flatMap(functionSymbol);
  const database = new symbols.DatabaseSymbol.$ctor1("workspace", [...tables, ...functions], false);
  return state.Default.WithDatabase(database);
}

/** Symbols do not change: tables of the same columns share theirs, as most workspaces have the same tables. */
const tableSymbols = new Map<string, RawSymbol>();
const TABLE_SYMBOLS_MAX = 4_000;

function tableSymbol(name: string, columns: Readonly<Record<string, KqlType>>): RawSymbol {
  const listed = Object.entries(columns).filter(([column]) => isUsableName(column));
  const key = JSON.stringify([name, listed]);
  let symbol = tableSymbols.get(key);
  if (symbol === undefined) {
    symbol = new (kusto().language.Symbols.TableSymbol.$ctor4)(name, columnSymbols(listed));
    if (tableSymbols.size >= TABLE_SYMBOLS_MAX) tableSymbols.clear();
    tableSymbols.set(key, symbol);
  }
  return symbol;
}

const columnSymbols = (columns: readonly (readonly [string, KqlType])[]): RawSymbol[] => {
  const { Symbols: symbols } = kusto().language;
  return columns.map(([name, type]) => {
    const typeSymbol = symbols.ScalarTypes.GetSymbol(type);
    return new symbols.ColumnSymbol(name, typeSymbol, null, null, null, null);
  });
};

/** A body tells what the function gives; without one, columns that are not declared are taken as they come. */
function functionSymbol({ name, parameters, body, columns }: KqlFunction): RawSymbol[] {
  const { FunctionSymbol, TableSymbol } = kusto().language.Symbols;
  try {
    const read = new FunctionSymbol.$ctor16(name, `(${parameters})`, body ?? "print 1", null);
    if (body !== undefined) return [read];
    const [signature] = items(member(read, "Signatures"));
    const result = new TableSymbol.$ctor4(
      "",
      columnSymbols(
        (columns ?? [])
          .filter(({ name: column }) => isUsableName(column))
          .map((column) => [column.name, column.type]),
      ),
    );
    const open = member(result, "WithIsOpen");
    if (!isFunction(open)) return [];
    const declared = member(signature, "Parameters");
    return [new FunctionSymbol.$ctor6(name, Reflect.apply(open, result, [true]), declared, null)];
  } catch {
    // Parameters that the language cannot read: the function stays unknown, and calls of it are refused by name.
    return [];
  }
}
