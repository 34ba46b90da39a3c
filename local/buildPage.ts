/** Builds the page when it is missing or older than its sources; products that start beside each other build it once. */
import { createHash } from "node:crypto";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { oneAtATime } from "./oneAtATime.ts";

/** Left beside the built page: what it was built from. */
const STAMP = "built-from.txt";

/** Returns the folder of the built page. @throws Error when the sources do not build. */
export async function buildPage(root: string): Promise<string> {
  const directory = path.join(root, "web", "dist");
  const sources = fingerprint(root);
  if (stampOf(directory) === sources) return directory;
  await oneAtATime(path.join(root, "node_modules", ".cache", "building-page.lock"), async () => {
    if (stampOf(directory) !== sources) await build(root, directory, sources);
  });
  return directory;
}

async function build(root: string, directory: string, sources: string): Promise<void> {
  process.stdout.write("Building the page (only after a change) ...\n");
  // Whoever starts us from a test would otherwise get React's development build.
  process.env["NODE_ENV"] = "production";
  const vite = await import("vite");
  rmSync(directory, { recursive: true, force: true });
  await vite.build({ root: path.join(root, "web"), logLevel: "error" });
  writeFileSync(path.join(directory, STAMP), sources);
}

function stampOf(directory: string): string | undefined {
  try {
    return readFileSync(path.join(directory, STAMP), "utf8");
  } catch {
    return undefined;
  }
}

function fingerprint(root: string): string {
  const files = globSync(
    [
      "web/src/**/*",
      "web/public/**/*",
      "web/*.{html,ts,json}",
      "shared/schemas/*.ts",
      "package-lock.json",
    ],
    { cwd: root, withFileTypes: true },
  ).filter((entry) => entry.isFile());
  const hash = createHash("sha256");
  for (const file of files.map((entry) => path.join(entry.parentPath, entry.name)).toSorted()) {
    hash.update(path.relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}
