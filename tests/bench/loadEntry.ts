/**
 * Loads an app's entry into the local host's core and prints how long that took. It is bundled before it runs, so that
 * neither app pays for the type stripping of the host.
 */
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";

import { installCore } from "../../local/host/core.ts";

const registry = installCore(() => {});
const started = performance.now();
await import(pathToFileURL(process.argv[2] ?? "").href);
const load_ms = performance.now() - started;
// Written without the bench's own modules, whose loading would flatter the larger app.
const peak_mb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ load_ms, functions: registry.functions.size, peak_mb }));
process.exit(0);
