/**
 * `npm run lock`: makes package-lock.json whole after a change of dependencies. A registry mirror may lack a platform's
 * build of an optional package; npm then leaves it out of the lock file, and `npm ci` refuses the file everywhere.
 * This adds such entries by name, version and platform, so that npm skips them where they do not fit, and sets the
 * checksum of each entry that lacks one and that the registry has.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { z } from "zod";

import { addIntegrity } from "./lockIntegrity.ts";

const Entry = z.looseObject({
  version: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const Lock = z.looseObject({ packages: z.record(z.string(), Entry) });

const SYSTEMS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "openbsd",
  "openharmony",
  "win32",
  "windows",
];
const PROCESSORS = ["arm64", "x64", "ia32", "arm", "ppc64", "riscv64", "s390x", "loong64"];

/** Platform of a build by its name, e.g. `@scope/core-linux-arm64-musl`. */
function platformOf(name: string): { os: string[]; cpu: string[]; libc?: string[] } {
  const parts = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => parts.includes(system));
  const cpu = PROCESSORS.find((processor) => parts.includes(processor));
  if (os === undefined || cpu === undefined) {
    throw new Error(
      `${name} is missing from the lock file and names no platform: install it anew.`,
    );
  }
  return {
    os: [os === "windows" ? "win32" : os],
    cpu: [cpu],
    ...(parts.includes("musl") && { libc: ["musl"] }),
  };
}

const file = path.resolve(import.meta.dirname, "..", "package-lock.json");
const lock = Lock.parse(JSON.parse(readFileSync(file, "utf8")));
const added: string[] = [];
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const at = `node_modules/${name}`;
    if (at in lock.packages || !/^\d/.test(version)) continue;
    lock.packages[at] = {
      version,
      ...platformOf(name),
      ...(entry.dev === true && { dev: true }),
      optional: true,
    };
    added.push(name);
  }
}
const without = await addIntegrity(lock.packages);
const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(
  file,
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`,
);
console.log(
  added.length === 0 ? "The lock file is whole." : `Added ${added.length}: ${added.join(", ")}`,
);
if (without.length > 0) {
  console.log(`Without a checksum, because the registry lacks them: ${without.length}.`);
}
