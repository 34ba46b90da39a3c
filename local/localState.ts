/** What the local run itself must remember over a restart: how far its clock was moved, and since when it runs. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { LocalClock } from "./clock.ts";
import { CannotStart, type LocalOptions } from "./options.ts";

const State = z.object({
  /** When this data folder was first used, by the local clock. */
  begun_at: z.iso.datetime(),
  /** How far the local clock is ahead of (or behind) the machine's. */
  clock_offset_ms: z.number(),
});

export interface LocalState {
  directory: string;
  clock: LocalClock;
}

/** @throws CannotStart when the folder cannot be used. */
export function openLocalState(options: LocalOptions): LocalState {
  const directory = path.join(options.dataDir, "local");
  try {
    makeDirectory(directory);
    accessSync(directory, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CannotStart(`DATA_DIR ${options.dataDir} cannot be used (${why}).`);
  }
  claim(directory, options.dataDir);
  const file = path.join(directory, "state.json");
  const known = read(file);
  const clock = new LocalClock({ ...startOf(known, options) });
  const begunAt = known === undefined ? clock.now() : new Date(known.begun_at);
  const save = () => {
    const clock_offset_ms = clock.now().getTime() - Date.now();
    const state = JSON.stringify({ begun_at: begunAt.toISOString(), clock_offset_ms });
    writeFileSync(`${file}.new`, state);
    renameSync(`${file}.new`, file);
  };
  save();
  clock.onAdvance(save);
  return { directory, clock };
}

/** Level by level: Node's own recursive way never ends below a folder such as /proc, where nothing can be made. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(path.dirname(directory));
  mkdirSync(directory);
}

/** Held as long as this process lives; the system lets go of it however the process ends. */
let held: DatabaseSync | undefined;

/**
 * Takes the data folder for this process: two products on one folder would tell different stories under one number, with
 * two clocks. `directory` is the folder `local` in it.
 * @throws CannotStart when another process has it.
 */
export function claim(directory: string, dataDir: string): void {
  try {
    held = new DatabaseSync(path.join(directory, "lock.sqlite"));
    held.exec("BEGIN EXCLUSIVE");
  } catch {
    throw new CannotStart(
      `DATA_DIR ${dataDir} is in use by another SoCMate; stop it or choose another folder.`,
    );
  }
}

/** Lets another product have the folder. */
export function release(): void {
  held?.close();
  held = undefined;
}

/** A known folder goes on with its own clock: time never goes back under stored records. */
function startOf(
  known: z.infer<typeof State> | undefined,
  options: LocalOptions,
): { start?: Date } {
  if (known !== undefined) return { start: new Date(Date.now() + known.clock_offset_ms) };
  return options.clockStart === undefined ? {} : { start: options.clockStart };
}

function read(file: string): z.infer<typeof State> | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const parsed = State.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new CannotStart(`${file} is not readable; remove DATA_DIR to start anew.`);
  return parsed.data;
}
