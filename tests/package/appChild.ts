/**
 * Loads a packaged app as the Functions host would, in a process of its own, and says on its first line what came of it.
 * `register` only loads the entry, `serve` also starts it in the local host. Ends when its standard input does.
 */
import Module, { registerHooks } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { WorkQueue } from "../../shared/ports/workQueue.ts";
import { LocalClock } from "../../local/clock.ts";
import { installCore } from "../../local/host/core.ts";
import { startHost } from "../../local/host/host.ts";

const [mode, entry = "", appDirectory = ""] = process.argv.slice(2);
const load = (): Promise<unknown> => import(pathToFileURL(entry).href);
const say = (line: object): void => console.log(JSON.stringify(line));

process.stdin.resume().once("end", () => process.exit(0));
try {
  say(mode === "serve" ? await serve() : await register());
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.stdin.destroy();
}

/** The real worker hands out its core module from `Module.prototype.require`, so the bundle must ask there. */
async function register(): Promise<object> {
  let coreRequires = 0;
  const original: unknown = Reflect.get(Module.prototype, "require");
  if (typeof original !== "function") throw new Error("This Node version has no Module.require.");
  Object.assign(Module.prototype, {
    require(this: Module, id: string): unknown {
      if (id === "@azure/functions-core") coreRequires += 1;
      return Reflect.apply(original, this, [id]);
    },
  });
  const loaded: string[] = [];
  registerHooks({
    load(url, context, next) {
      if (url.startsWith("file:")) loaded.push(path.relative(appDirectory, fileURLToPath(url)));
      return next(url, context);
    },
  });
  const registry = installCore(() => {});
  await load();
  return { functions: [...registry.functions.keys()], coreRequires, loaded };
}

async function serve(): Promise<object> {
  const taken: string[] = [];
  // Never has a message: what the workers do is tested elsewhere.
  const queue: WorkQueue = {
    send: async () => {},
    receive: async (name, _max, waitMs) => {
      taken.push(name);
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
      return [];
    },
    deadLetters: async () => [],
    deadLetter: async () => undefined,
    replayDeadLetter: async () => false,
    dropDeadLetter: async () => false,
    counts: async () => ({ active: 0, scheduled: 0, dead: 0 }),
    close: async () => {},
  };
  const log: string[] = [];
  const host = await startHost({
    appDirectory,
    load,
    settings: process.env,
    clock: new LocalClock(),
    queues: () => queue,
    port: 0,
    log: (level, message) => {
      if (level === "error" || level === "critical") log.push(message);
    },
  });
  const timers = host.timers().map(({ name }) => name);
  return { url: host.url, timers, queues: [...new Set(taken)], errors: log };
}
