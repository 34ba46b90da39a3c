/**
 * One recorded app under the local host, in a process of its own (the library registers one app per process).
 * Arguments: the recorded app's file and the folder of host.json. Prints one JSON line: where it listens, what it
 * logged, or why it did not start. Ends when its standard input closes.
 */
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

import { LocalClock } from "../../local/clock.ts";
import { startHost } from "../../local/host/host.ts";

const [app = "", appDirectory = ""] = process.argv.slice(2);
const logged: string[] = [];

// The recorded app lies outside this checkout and cannot find the library by itself.
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    nextResolve(
      specifier,
      specifier === "@azure/functions" ? { ...context, parentURL: import.meta.url } : context,
    ),
});

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify({ ...line, logged })}\n`);
};

// Handlers under test leave rejections behind on purpose only in the recordings that are not replayed.
process.stdin.on("end", () => process.exit(0)).resume();
try {
  const host = await startHost({
    appDirectory,
    load: () => import(pathToFileURL(app).href),
    settings: process.env,
    clock: new LocalClock(),
    queues: () => {
      throw new Error("The recorded app has no queue.");
    },
    port: 0,
    log: (_level, message) => logged.push(message),
  });
  say({ url: host.url });
} catch (error) {
  say({ refused: error instanceof Error ? error.message : String(error) });
}
