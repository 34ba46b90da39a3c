/** One process at a time, told by a folder that only one of them can make. */
import { mkdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const LOOK_EVERY_MS = 100;
/** Whoever holds it longer has been killed. */
const HELD_MS_MAX = 120_000;

/** Does the work while no other process does work under the same folder's name; waits for one that does. */
export async function oneAtATime<T>(
  folder: string,
  work: () => Promise<T>,
  heldMsMax = HELD_MS_MAX,
): Promise<T> {
  mkdirSync(path.dirname(folder), { recursive: true });
  while (!isMade(folder)) {
    if (ageMs(folder) > heldMsMax) rmSync(folder, { recursive: true, force: true });
    else await pause(LOOK_EVERY_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** 0 when it has gone meanwhile. */
function ageMs(folder: string): number {
  const made = statSync(folder, { throwIfNoEntry: false });
  return made === undefined ? 0 : Date.now() - made.mtimeMs;
}
