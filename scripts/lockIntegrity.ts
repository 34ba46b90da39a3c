/** Checksums for lock file entries that have none, from the registry that npm is set up with. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { z } from "zod";

const run = promisify(execFile);
const AT_ONCE = 4;
const FOLDER = "node_modules/";

const Integrity = z.string().regex(/^sha(256|384|512)-/);
const Failed = z.object({ stdout: z.string() });
const NotFound = z.object({ error: z.object({ code: z.literal("E404") }) });

export interface LockEntry {
  version?: string | undefined;
  integrity?: string | undefined;
  link?: boolean | undefined;
}

/** `undefined` when the registry does not have this version. */
export type Lookup = (name: string, version: string) => Promise<string | undefined>;

/**
 * Sets `integrity` where it is missing and known; nothing else of an entry changes.
 * @returns the packages that stay without, as `name@version`: npm installs those unchecked.
 */
export async function addIntegrity(
  packages: Readonly<Record<string, LockEntry>>,
  lookup: Lookup = npmIntegrity,
): Promise<string[]> {
  const open = Object.entries(packages).flatMap(([at, entry]) => {
    const { version, integrity, link } = entry;
    const isPackage = at.includes(FOLDER) && version !== undefined && link !== true;
    return isPackage && integrity === undefined ? [{ name: nameOf(at), version, entry }] : [];
  });
  const without: string[] = [];
  for (let start = 0; start < open.length; start += AT_ONCE) {
    const some = open.slice(start, start + AT_ONCE).map(async ({ name, version, entry }) => {
      const integrity = await lookup(name, version);
      if (integrity === undefined) without.push(`${name}@${version}`);
      else entry.integrity = integrity;
    });
    await Promise.all(some);
  }
  return without.toSorted();
}

const nameOf = (at: string): string => at.slice(at.lastIndexOf(FOLDER) + FOLDER.length);

/** @throws Error when the registry cannot be asked: "not there" and "not known" must not look alike. */
async function npmIntegrity(name: string, version: string): Promise<string | undefined> {
  const npm = process.env["npm_execpath"];
  const [command, first] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const asked = ["view", `${name}@${version}`, "dist.integrity", "--json"];
  try {
    const { stdout } = await run(command, [...first, ...asked]);
    // A version that is not there, of a package that is, answers with nothing.
    return stdout.trim() === "" ? undefined : Integrity.parse(JSON.parse(stdout));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  const { data } = Failed.safeParse(error);
  if (data === undefined || !data.stdout.trim().startsWith("{")) return false;
  return NotFound.safeParse(JSON.parse(data.stdout)).success;
}
