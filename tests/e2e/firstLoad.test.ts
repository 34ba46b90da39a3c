/** How much script a reader waits for before the queue shows. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";
import { z } from "zod";

const LIMIT_KIB = 200;
const VITE = path.resolve(import.meta.dirname, "../../node_modules/vite/bin/vite.js");
const run = promisify(execFile);
const Manifest = z.record(
  z.string(),
  z.object({
    file: z.string(),
    isEntry: z.boolean().optional(),
    imports: z.array(z.string()).optional(),
  }),
);

/** The entry's file and all that it imports before anything shows; what loads later is not in it. */
function firstFiles(manifest: z.infer<typeof Manifest>): Set<string> {
  const files = new Set<string>();
  const add = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined || files.has(chunk.file)) return;
    files.add(chunk.file);
    chunk.imports?.forEach(add);
  };
  for (const [key, { isEntry }] of Object.entries(manifest)) if (isEntry === true) add(key);
  return files;
}

// On a slow line every extra 100 KiB is a second in which an analyst sees nothing.
test(`the queue shows after at most ${LIMIT_KIB} KiB of compressed script`, async () => {
  const outDir = await mkdtemp(path.join(tmpdir(), "socmate-build-"));
  try {
    const root = path.resolve(import.meta.dirname, "../../web");
    // A test's own NODE_ENV would put React's development build into the page.
    const env = { ...process.env, NODE_ENV: "production" };
    await run(process.execPath, [VITE, "build", root, "--outDir", outDir, "--emptyOutDir"], {
      env,
    });
    const text = await readFile(path.join(outDir, ".vite/manifest.json"), "utf8");
    const files = [...firstFiles(Manifest.parse(JSON.parse(text)))];
    expect(files.length).toBeGreaterThan(0);
    const bodies = await Promise.all(files.map((file) => readFile(path.join(outDir, file))));
    const kib = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0) / 1024;
    console.log(`First load: ${kib.toFixed(1)} KiB gz in ${files.length} files.`);
    expect(kib).toBeLessThanOrEqual(LIMIT_KIB);
  } finally {
    await rm(outDir, { recursive: true, force: true });
  }
});
