/** `npm run dev`: the program restarts and the page reloads when their sources change. */
import { spawn } from "node:child_process";
import path from "node:path";

import { createServer } from "vite";

const ROOT = path.resolve(import.meta.dirname, "..");
const WATCHED = ["functions", "shared", "local", "host.json"];
/** The page's development server forwards the API to this port; see web/vite.config.ts. */
const API_PORT = "7071";

export async function main(): Promise<void> {
  const watch = WATCHED.map((name) => `--watch-path=${path.join(ROOT, name)}`);
  const program = spawn(process.execPath, [...watch, path.join("local", "start.mjs")], {
    cwd: ROOT,
    env: { ...process.env, PORT: process.env["PORT"] ?? API_PORT },
    stdio: "inherit",
  });
  const page = await createServer({ root: path.join(ROOT, "web") });
  await page.listen();
  console.log(`The page, reloading as you edit: ${page.resolvedUrls?.local[0] ?? ""}`);
  const stop = () => {
    program.kill("SIGTERM");
    void page.close().finally(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
