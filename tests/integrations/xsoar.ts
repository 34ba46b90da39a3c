/** As much of Cortex XSOAR as its JavaScript integrations see: globals, a synchronous http(), and the last run. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { compileFunction } from "node:vm";

import { z } from "zod";

const FILE = path.resolve(import.meta.dirname, "../../docs/integrations/xsoar/SoCMate.yml");
const MINUTE_MS = 60_000;

/** Sends one request in a process of its own, because the platform's http() waits for the answer. */
const SENDER = `
let text = "";
process.stdin.on("data", (chunk) => (text += chunk));
process.stdin.on("end", async () => {
  const { url, method, headers, body } = JSON.parse(text);
  const response = await fetch(url, { method, headers, body });
  const Headers = Object.fromEntries([...response.headers].map(([name, value]) => [name, [value]]));
  const answer = { StatusCode: response.status, Status: String(response.status), Headers };
  process.stdout.write(JSON.stringify({ ...answer, Body: await response.text() }));
});`;

const Request = z.strictObject({
  Method: z.string(),
  Headers: z.record(z.string(), z.array(z.string())),
  Body: z.string().optional(),
});
const Response = z.object({
  StatusCode: z.number(),
  Status: z.string(),
  Headers: z.record(z.string(), z.array(z.string())),
  Body: z.string(),
});
type Response = z.infer<typeof Response>;

const LastRun = z.record(z.string(), z.string());

/** The integration as it was uploaded: its script and the names of its commands. */
export function readIntegration(): { script: string; commands: string[] } {
  const text = readFileSync(FILE, "utf8");
  const [, indented = "", commands = ""] =
    /\n {2}script: \|-\n([\s\S]+?)\n {2}commands:\n([\s\S]+)$/.exec(text) ?? [];
  return {
    script: indented.replaceAll(/^ {4}/gm, ""),
    commands: [...commands.matchAll(/^ *- name: (socmate-\S+)$/gm)].flatMap(
      ([, name]) => name ?? [],
    ),
  };
}

/** One configured instance of the integration. */
export class XsoarInstance {
  lastRun: Record<string, string> = {};
  /** Seconds that the script asked to wait for; nobody waits here. */
  readonly waits: number[] = [];
  /** Answers given instead of the product's, first come first served. */
  readonly instead: Response[] = [];
  readonly #params: Readonly<Record<string, unknown>>;
  readonly #script = readIntegration().script;

  constructor(params: Readonly<Record<string, unknown>>) {
    this.#params = params;
  }

  /** Runs a command as a playbook's task would. @throws whatever the script throws. */
  run(command: string, args: Readonly<Record<string, string>> = {}): unknown {
    const globals = {
      command,
      args,
      params: this.#params,
      entryTypes: { note: 1 },
      formats: { json: "json", markdown: "markdown" },
      tableToMarkdown: (title: string) => `### ${title}`,
      http: (url: string, request: unknown) => this.instead.shift() ?? send(url, request),
      wait: (seconds: number) => this.waits.push(seconds),
      getLastRun: () => this.lastRun,
      setLastRun: (last: unknown) => {
        this.lastRun = LastRun.parse(last);
      },
    };
    const run: unknown = compileFunction(this.#script, Object.keys(globals), { filename: FILE });
    if (typeof run !== "function") throw new Error("The script is no function body.");
    return Reflect.apply(run, undefined, Object.values(globals));
  }
}

function send(url: string, request: unknown): Response {
  const { Method, Headers, Body } = Request.parse(request);
  const headers = Object.fromEntries(
    Object.entries(Headers).map(([name, values]) => [name, values.join(", ")]),
  );
  const input = JSON.stringify({ url, method: Method, headers, body: Body });
  const done = spawnSync(process.execPath, ["-e", SENDER], { input, timeout: MINUTE_MS });
  return Response.parse(JSON.parse(done.stdout.toString()));
}
