/** `evaluate ipv4_lookup(…)` and `ipv6_lookup`: rows beside the rows of a table of networks. */
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Scalar, type Tabular, refuse } from "../context.ts";
import { rowKey } from "../compare.ts";
import { absentOf, dynamicText } from "../convert.ts";
import { Frame } from "../frame.ts";
import { type Network, ipv4, ipv6 } from "../functions/network.ts";
import type { Run } from "../run.ts";
import { valuesOf } from "../scalar.ts";
import type { KqlValue } from "../values.ts";
import { boundColumns } from "./table.ts";

interface Family {
  readonly read: (text: string) => Network | null;
  readonly width: number;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  ipv4_lookup: { read: ipv4, width: 32 },
  ipv6_lookup: { read: ipv6, width: 128 },
};

export const looksUpAddress = (name: string): boolean => Object.hasOwn(FAMILIES, name);

/** Networks by length of their prefix, then by their bits and the other keys. */
class NetworkIndex {
  readonly #byPrefix = new Map<number, Map<string, number[]>>();
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  add({ address, prefix }: Network, extra: string, row: number): void {
    const networks = this.#byPrefix.get(prefix) ?? new Map<string, number[]>();
    this.#byPrefix.set(prefix, networks);
    const key = this.#key(address, prefix, extra);
    networks.set(key, [...(networks.get(key) ?? []), row]);
  }

  /** Rows of all networks that the address is in, in their order. */
  find({ address, prefix: length }: Network, extra: string): number[] {
    const found: number[] = [];
    for (const [prefix, networks] of this.#byPrefix)
      found.push(...(networks.get(this.#key(address, Math.min(prefix, length), extra)) ?? []));
    return found.toSorted((a, b) => a - b);
  }

  #key(address: bigint, prefix: number, extra: string): string {
    return `${address >> BigInt(this.#width - prefix)}|${extra}`;
  }
}

interface Arguments {
  readonly table: Tabular;
  readonly source: readonly Scalar[];
  readonly lookup: readonly Scalar[];
  readonly keepsUnmatched: boolean;
  readonly extraNames: ReadonlySet<string>;
}

/** `return_unmatched=true`, or the value alone. */
const isFlag = (one: SyntaxNode): boolean =>
  one.kind === "SimpleNamedExpression" || one.kind === "BooleanLiteralExpression";

function readArguments(call: SyntaxNode, input: Tabular, context: Context): Arguments {
  const given = call.get("ArgumentList").list("Expressions");
  const [table, sourceKey, lookupKey, ...extras] = given.filter((one) => !isFlag(one));
  if (table === undefined || sourceKey === undefined || lookupKey === undefined)
    return refuse(call, "invalid-argument", `${call.name} needs a table and two columns.`);
  const tabular = context.compiler.tabular(table, context);
  const over = (columns: Tabular["columns"], nodes: readonly SyntaxNode[]): Scalar[] =>
    nodes.map((one) => context.compiler.scalar(one, { ...context, columns }));
  return {
    table: tabular,
    source: over(input.columns, [sourceKey, ...extras]),
    lookup: over(tabular.columns, [lookupKey, ...extras]),
    keepsUnmatched: given.some((one) => isFlag(one) && /true$/i.test(one.text)),
    extraNames: new Set(extras.map((one) => one.name)),
  };
}

export function lookUpAddress(
  node: SyntaxNode,
  input: Tabular,
  output: SyntaxNode,
  context: Context,
): Tabular {
  const call = node.get("FunctionCall");
  const family = FAMILIES[call.name] ?? { read: ipv4, width: 32 };
  const { table, source, lookup, keepsUnmatched, extraNames } = readArguments(call, input, context);
  const columns = boundColumns(output);
  const shown = table.columns.flatMap(({ name }, index) => (extraNames.has(name) ? [] : [index]));
  if (input.columns.length + shown.length !== columns.length)
    refuse(node, "unsupported-expression", "This form of the lookup is not supported here.");
  return {
    columns,
    takesBounds: false,
    evaluate: (run) => {
      const left = input.evaluate(run, {});
      const right = table.evaluate(run, {});
      const pairs = match(
        family,
        keys(source, left, run),
        keys(lookup, right, run),
        keepsUnmatched,
      );
      run.charge(left.rowCount + right.rowCount + pairs.left.length);
      const from = left.select(pairs.left);
      const absent = table.columns.map(({ type }) => absentOf(type));
      const beside = right.select(pairs.right, absent);
      return Frame.lazy(pairs.left.length, columns.length, (index) =>
        index < left.width ? from.column(index) : beside.column(shown[index - left.width] ?? -1),
      );
    },
  };
}

interface Keys {
  readonly addresses: readonly KqlValue[];
  readonly extras: readonly string[];
}

function keys([address, ...extras]: readonly Scalar[], frame: Frame, run: Run): Keys {
  const columns = extras.map((extra) => valuesOf(extra, frame, run));
  return {
    addresses: address === undefined ? [] : valuesOf(address, frame, run),
    extras: Array.from({ length: frame.rowCount }, (_, row) =>
      rowKey(columns.map((column) => column[row] ?? null)),
    ),
  };
}

function match(
  { read, width }: Family,
  source: Keys,
  lookup: Keys,
  keepsUnmatched: boolean,
): { left: number[]; right: number[] } {
  const index = new NetworkIndex(width);
  lookup.addresses.forEach((value, row) => {
    const network = read(dynamicText(value));
    if (network !== null) index.add(network, lookup.extras[row] ?? "", row);
  });
  const left: number[] = [];
  const right: number[] = [];
  source.addresses.forEach((value, row) => {
    const address = read(dynamicText(value));
    const found = address === null ? [] : index.find(address, source.extras[row] ?? "");
    for (const other of found.length === 0 && keepsUnmatched ? [-1] : found) {
      left.push(row);
      right.push(other);
    }
  });
  return { left, right };
}
