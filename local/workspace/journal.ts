/** What a simulated tenant must remember: the rest follows from its seed. One JSON value a line, appended only. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { dirname } from "node:path";

import { z } from "zod";

import { JsonObject } from "../../shared/schemas/json.ts";
import { Truth } from "./stories/story.ts";

export const JournalEntry = z.discriminatedUnion("type", [
  /** The first line: all that the history before it follows from. */
  z.object({
    type: z.literal("start"),
    at: z.number(),
    seed: z.string(),
    size: z.enum(["small", "medium", "large"]),
  }),
  /** Arrivals that happened by themselves, by index; both inclusive. */
  z.object({ type: z.literal("produced"), from: z.int(), to: z.int() }),
  z.object({
    type: z.literal("story"),
    family: z.string(),
    truth: Truth,
    seed: z.string(),
    ends_at: z.number(),
  }),
  /** Rows that somebody wrote through a service, e.g. a closed incident. */
  z.object({ type: z.literal("recorded"), table: z.string(), rows: z.array(JsonObject) }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;

export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Written before its effect is seen, so that nothing anybody saw is gone after a kill. */
  append(entry: JournalEntry): void;
}

/**
 * Opens a journal; without a file it remembers nothing.
 * @throws Error naming file and line when a complete line is no entry.
 */
export function openJournal(file: string | undefined): Journal {
  if (file === undefined) return { entries: [], append: () => undefined };
  mkdirSync(dirname(file), { recursive: true });
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  // A kill in the middle of a write leaves half a line: its effect was never seen.
  const complete = text.slice(0, text.lastIndexOf("\n") + 1);
  if (complete.length < text.length) truncateSync(file, Buffer.byteLength(complete));
  const entries = complete
    .split("\n")
    .slice(0, -1)
    .map((line, index) => parseLine(line, file, index + 1));
  return {
    entries,
    append: (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 }),
  };
}

function parseLine(line: string, file: string, number: number): JournalEntry {
  try {
    return JournalEntry.parse(JSON.parse(line));
  } catch (cause) {
    throw new Error(`${file}:${number} is no entry of a tenant's journal.`, { cause });
  }
}
