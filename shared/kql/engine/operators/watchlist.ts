/**
 * `_GetWatchlist()` and `_GetWatchlistAlias`: the watchlists as they stand now. Items are state, not events: the call's
 * time range does not apply to them. Which columns a watchlist has follows from its items.
 */
import { WATCHLIST_COLUMNS } from "../../data/watchlistFunctions.ts";
import { WATCHLIST_TABLE } from "../../functions.ts";
import type { SyntaxNode } from "../../syntax.ts";
import { type Context, type Tabular, refuse } from "../context.ts";
import { Frame } from "../frame.ts";
import type { Run } from "../run.ts";
import { constantValue } from "../scalar.ts";
import type { KqlValue } from "../values.ts";
import { boundColumns } from "./table.ts";
import { propertiesOf, typedColumn, type Unpack } from "./unpack.ts";

/** Whether a node calls for a watchlist, whose columns are only known with its rows. */
export const readsWatchlist = (node: SyntaxNode): boolean =>
  node.kind === "FunctionCallExpression" && node.name === "_GetWatchlist";

interface Items {
  readonly rows: readonly number[];
  column(name: string): readonly KqlValue[];
}

/** The newest row of each item, deleted ones left out. */
function itemsNow(run: Run, isWanted: (alias: KqlValue) => boolean): Items {
  const slice = run.source.scan(WATCHLIST_TABLE, { to: run.now });
  run.scannedRows += slice.rowCount;
  run.charge(slice.rowCount);
  const columns = new Map<string, readonly KqlValue[]>();
  const column = (name: string): readonly KqlValue[] => {
    const values =
      columns.get(name) ?? slice.column(name) ?? Array<KqlValue>(slice.rowCount).fill(null);
    columns.set(name, values);
    return values;
  };
  const [aliases, ids, keys, times] = [
    "WatchlistAlias",
    "_DTItemId",
    "SearchKey",
    "TimeGenerated",
  ].map(column);
  const newest = new Map<string, number>();
  for (let row = 0; row < slice.rowCount; row += 1) {
    const alias = aliases?.[row] ?? null;
    if (!isWanted(alias) || column("_DTItemType")[row] === "watchlist") continue;
    const id = JSON.stringify([alias, ids?.[row] || keys?.[row]], (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    const before = newest.get(id);
    if (before === undefined || Number(times?.[row]) >= Number(times?.[before]))
      newest.set(id, row);
  }
  const status = column("_DTItemStatus");
  return { rows: [...newest.values()].filter((row) => status[row] !== "Delete"), column };
}

/** Compiles the call for the run that knows the watchlist's own columns. */
export function compileWatchlist(call: SyntaxNode, context: Context): Unpack {
  const [argument] = call.get("ArgumentList").list("Expressions");
  if (argument === undefined)
    return refuse(call, "invalid-argument", "_GetWatchlist() needs the alias of a watchlist.");
  const alias = context.compiler.scalar(argument, { ...context, columns: [] });
  return (run) => {
    const wanted = constantValue(alias, run);
    const items = itemsNow(run, (one) => one === wanted);
    const values = WATCHLIST_COLUMNS.map(({ name }) =>
      items.rows.map((row) => items.column(name)[row] ?? null),
    );
    const bags = values[WATCHLIST_COLUMNS.findIndex(({ name }) => name === "WatchlistItem")] ?? [];
    const columns = [...WATCHLIST_COLUMNS];
    for (const [name, list] of propertiesOf(bags, new Set(columns.map((one) => one.name)))) {
      const made = typedColumn(list);
      columns.push({ name, type: made.type });
      values.push([...made.values]);
    }
    return { columns, frame: Frame.of(items.rows.length, values) };
  };
}

/** The call where its columns have to be known before: only those that every watchlist has. */
export function watchlist(node: SyntaxNode, context: Context): Tabular {
  if (node.name === "_GetWatchlistAlias") return aliases(node);
  const read = compileWatchlist(node, context);
  const columns = context.isAhead === true ? boundColumns(node) : WATCHLIST_COLUMNS;
  return {
    columns,
    takesBounds: false,
    evaluate: (run) => {
      const { frame } = read(run);
      return Frame.lazy(frame.rowCount, columns.length, (index) => frame.column(index));
    },
  };
}

const aliases = (node: SyntaxNode): Tabular => ({
  columns: boundColumns(node),
  takesBounds: false,
  evaluate: (run) => {
    const items = itemsNow(run, () => true);
    const all = items.column("WatchlistAlias");
    const names = [...new Set(items.rows.map((row) => all[row] ?? null))];
    return Frame.of(names.length, [names]);
  },
});
