/** Functions and watchlists that a folder of rows brings along: `functions.json`, `watchlists/<alias>.jsonl`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { z } from "zod";

import { stringifyJson } from "../../shared/kql/engine/json.ts";
import type { WireRow } from "../../shared/kql/engine/store/segment.ts";
import type { KqlFunction } from "../../shared/schemas/kql.ts";
import { rowOf } from "./rowFile.ts";

const SavedFunctions = z.array(
  z.strictObject({
    name: z.string().regex(/^[A-Za-z_]\w*$/),
    parameters: z.string().default(""),
    body: z.string().min(1),
  }),
);

const text = (file: string): string => readFileSync(file, "utf8").replace(/^\uFEFF/, "");

/**
 * The functions of a folder; none without the file.
 * @throws Error when the file is no list of functions.
 */
export function readFunctions(dir: string): KqlFunction[] {
  const file = join(dir, "functions.json");
  if (!existsSync(file)) return [];
  try {
    return SavedFunctions.parse(JSON.parse(text(file)));
  } catch (cause) {
    throw new Error(`${file} is no list [{"name", "parameters", "body"}] of functions.`, { cause });
  }
}

/** One line of a watchlist's file: an item, or what is wrong with it. */
export interface WatchlistLine {
  readonly file: string;
  readonly line: number;
  /** Undefined: the line is no JSON object. */
  readonly row: WireRow | undefined;
}

/** The items of a folder's watchlists as rows of the table Watchlist; `SearchKey` is the first field unless given. */
export function readWatchlists(dir: string, at: Date): WatchlistLine[] {
  const folder = join(dir, "watchlists");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .toSorted()
    .flatMap((name) => {
      const file = join(folder, name);
      const alias = basename(name, ".jsonl");
      return text(file)
        .split("\n")
        .map((one, index) => ({ one, line: index + 1 }))
        .filter(({ one }) => one.trim() !== "")
        .map(({ one, line }) => ({ file, line, row: watchlistRow(one, alias, line, at) }));
    });
}

function watchlistRow(line: string, alias: string, number: number, at: Date): WireRow | undefined {
  const item = rowOf(line);
  if (item === undefined) return undefined;
  const key = item["SearchKey"] ?? Object.values(item)[0] ?? "";
  return {
    TimeGenerated: at.toISOString(),
    LastUpdatedTimeUTC: at.toISOString(),
    WatchlistAlias: alias,
    WatchlistName: alias,
    SearchKey: typeof key === "string" ? key : stringifyJson(key),
    WatchlistItem: item,
    _DTItemId: `${alias}-${number}`,
    _DTItemType: "watchlist-item",
    _DTItemStatus: "Create",
    Type: "Watchlist",
  };
}
