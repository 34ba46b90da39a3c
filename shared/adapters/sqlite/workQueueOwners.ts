/** Tells which processes that hold message locks are gone, so that a crash does not hide work for a whole lock time. */
import { readFileSync } from "node:fs";

import { z } from "zod";

/** One open queue of one process. */
export const LockOwner = z.object({ id: z.string(), pid: z.int(), started: z.string() });
export type LockOwner = z.infer<typeof LockOwner>;

export const thisProcess = (id: string): LockOwner => ({
  id,
  pid: process.pid,
  started: readProcess(process.pid)?.started ?? "",
});

/**
 * False when the process is certainly gone: no such pid, a zombie, or (on Linux) the pid now belongs
 * to a process with another start time, as happens in a container where every start is pid 1.
 * Where start times cannot be read a reused pid counts as alive, and its locks end by time.
 */
export function isAlive(owner: LockOwner): boolean {
  const found = readProcess(owner.pid);
  if (found !== undefined && owner.started !== "") {
    return found.started === owner.started && found.state !== "Z" && found.state !== "X";
  }
  return acceptsSignals(owner.pid);
}

/** From `/proc/<pid>/stat`: the fields after the name in parentheses start with the state; the 20th is the start in ticks. */
function readProcess(pid: number): { state: string; started: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function acceptsSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
