/** The functions by which queries read watchlists (Microsoft Sentinel: "Build queries or rules with watchlists"). */
import type { KqlFunction } from "../../schemas/kql.ts";

/** Columns that every watchlist has; each one adds those of its items. */
export const WATCHLIST_COLUMNS: NonNullable<KqlFunction["columns"]> = [
  { name: "_DTItemId", type: "string" },
  { name: "LastUpdatedTimeUTC", type: "datetime" },
  { name: "SearchKey", type: "string" },
  { name: "WatchlistItem", type: "dynamic" },
];

export const WATCHLIST_FUNCTIONS: readonly KqlFunction[] = [
  { name: "_GetWatchlist", parameters: "watchlistAlias:string", columns: WATCHLIST_COLUMNS },
  {
    name: "_GetWatchlistAlias",
    parameters: "",
    columns: [{ name: "WatchlistAlias", type: "string" }],
  },
];
