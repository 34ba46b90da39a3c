/** The functions that a query may call by name besides the language's own: saved ones, and those of every Sentinel. */
import { FUNCTIONS, type KqlFunction, type WorkspaceSchema } from "../schemas/kql.ts";
import { ASIM_FUNCTIONS } from "./data/asimFunctions.ts";
import { WATCHLIST_FUNCTIONS } from "./data/watchlistFunctions.ts";

/** Every Sentinel workspace has them, whether or not its metadata lists them. */
const SENTINEL_FUNCTIONS: readonly KqlFunction[] = [...WATCHLIST_FUNCTIONS, ...ASIM_FUNCTIONS];

const WATCHLIST_NAMES: ReadonlySet<string> = new Set(WATCHLIST_FUNCTIONS.map(({ name }) => name));

/** The table that the watchlist functions read. */
export const WATCHLIST_TABLE = "Watchlist";

/** They read the watchlists as they stand now, whatever time range a query has. */
export const isWatchlistFunction = (name: string): boolean => WATCHLIST_NAMES.has(name);

const known = new WeakMap<WorkspaceSchema, ReadonlyMap<string, KqlFunction>>();

/** The functions of a workspace by name: its own first, then those of Sentinel. */
export function functionsOf(schema: WorkspaceSchema): ReadonlyMap<string, KqlFunction> {
  let functions = known.get(schema);
  if (functions === undefined) {
    const own = (schema[FUNCTIONS] ?? []).filter(({ name }) => !isWatchlistFunction(name));
    functions = new Map([...SENTINEL_FUNCTIONS, ...own].map((one) => [one.name, one]));
    known.set(schema, functions);
  }
  return functions;
}

/** The tables of a schema with functions saved beside them; of the same name, the later one counts. */
export const withFunctions = (
  schema: WorkspaceSchema,
  functions: readonly KqlFunction[],
): WorkspaceSchema =>
  functions.length === 0
    ? schema
    : { ...schema, [FUNCTIONS]: [...(schema[FUNCTIONS] ?? []), ...functions] };
