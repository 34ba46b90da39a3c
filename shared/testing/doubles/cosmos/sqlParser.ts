/** Parses query text strictly: anything outside the supported part of the language is a 400. */
import { badRequest } from "./cosmosError.ts";
import type { Expression, Ordering, SelectQuery } from "./sqlSyntax.ts";
import { FUNCTIONS } from "./sqlFunctions.ts";
import { tokenize } from "./sqlTokens.ts";
import type { Token } from "./sqlTokens.ts";

const COMPARISONS = new Set(["=", "!=", "<", "<=", ">", ">="]);
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

export function parseQuery(text: string): SelectQuery {
  return new Parser(tokenize(text)).query();
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): SelectQuery {
    this.#expectWord("SELECT");
    const query: SelectQuery = { orderBy: [] };
    if (this.#takeWord("VALUE")) query.value = this.#or();
    else this.#expect("*");
    this.#expectWord("FROM");
    this.#expectWord("c");
    if (this.#takeWord("WHERE")) query.where = this.#or();
    if (this.#takeWord("ORDER")) {
      this.#expectWord("BY");
      query.orderBy = this.#list(() => this.#ordering());
    }
    if (this.#takeWord("OFFSET")) {
      const offset = this.#primary();
      this.#expectWord("LIMIT");
      query.window = { offset, limit: this.#primary() };
    }
    if (this.#peek().kind !== "end") throw this.#unexpected();
    return query;
  }

  #ordering(): Ordering {
    const path = this.#primary();
    if (path.kind !== "path" || path.steps.length === 0) {
      throw badRequest("Unsupported ORDER BY clause: it is not a document path.");
    }
    const descending = this.#takeWord("DESC");
    if (!descending) this.#takeWord("ASC");
    return { steps: path.steps, descending };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#takeWord("OR")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#takeWord("AND")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    return this.#takeWord("NOT") ? { kind: "not", operand: this.#not() } : this.#comparison();
  }

  #comparison(): Expression {
    const left = this.#coalesce();
    if (this.#takeWord("IN")) {
      this.#expect("(");
      const list = this.#list(() => this.#or());
      this.#expect(")");
      return { kind: "in", operand: left, list };
    }
    const token = this.#peek();
    if (token.kind !== "symbol" || !COMPARISONS.has(token.text)) return left;
    this.#position += 1;
    return { kind: "compare", operator: token.text, left, right: this.#coalesce() };
  }

  #coalesce(): Expression {
    let left = this.#primary();
    while (this.#take("??")) left = { kind: "coalesce", left, right: this.#primary() };
    return left;
  }

  #primary(): Expression {
    if (this.#take("(")) {
      const inner = this.#or();
      this.#expect(")");
      return inner;
    }
    if (this.#take("{")) return this.#object();
    const token = this.#next();
    if (token.kind === "parameter") return { kind: "parameter", name: token.text };
    if (token.kind === "number") return { kind: "literal", value: Number(token.text) };
    if (token.kind === "string") return { kind: "literal", value: unquoted(token) };
    if (token.kind !== "word") throw this.#unexpected(token);
    if (token.text === "c") return { kind: "path", steps: this.#steps() };
    const literal = LITERALS.get(token.text);
    if (literal !== undefined) return { kind: "literal", value: literal };
    return this.#call(token.text.toUpperCase());
  }

  #steps(): string[] {
    const steps: string[] = [];
    for (;;) {
      if (this.#take("[")) {
        const step = this.#next();
        if (step.kind !== "string") throw this.#unexpected(step);
        steps.push(unquoted(step));
        this.#expect("]");
      } else if (this.#take(".")) {
        const step = this.#next();
        if (step.kind !== "word") throw this.#unexpected(step);
        steps.push(step.text);
      } else return steps;
    }
  }

  #call(name: string): Expression {
    if (!FUNCTIONS.has(name) && name !== "COUNT") {
      throw badRequest(`'${name}' is not a recognized built-in function name.`);
    }
    this.#expect("(");
    const parts = this.#list(() => this.#or());
    this.#expect(")");
    return { kind: "call", name, arguments: parts };
  }

  #object(): Expression {
    const properties = this.#list((): [string, Expression] => {
      const name = this.#next();
      if (name.kind !== "string") throw this.#unexpected(name);
      this.#expect(":");
      return [unquoted(name), this.#or()];
    });
    this.#expect("}");
    return { kind: "object", properties };
  }

  #list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#take(",")) items.push(item());
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? { kind: "end", text: "end of query" };
  }

  #next(): Token {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }

  #take(symbol: string): boolean {
    const token = this.#peek();
    if (token.kind !== "symbol" || token.text !== symbol) return false;
    this.#position += 1;
    return true;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== "word" || token.text.toUpperCase() !== word.toUpperCase()) return false;
    this.#position += 1;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) throw this.#unexpected();
  }

  #expectWord(word: string): void {
    if (!this.#takeWord(word)) throw this.#unexpected();
  }

  #unexpected(token: Token = this.#peek()): Error {
    return badRequest(`Syntax error, incorrect syntax near '${token.text}'.`);
  }
}

const unquoted = (token: Token): string => String(JSON.parse(token.text));
