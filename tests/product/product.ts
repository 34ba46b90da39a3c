/** The product as its users run it: a process of its own, reached over HTTP. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { z } from "zod";

import { Json, JsonObject } from "../../shared/schemas/json.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const READY = /^SoCMate is ready: (http:\/\/127\.0\.0\.1:\d+)$/m;
const START_MS = 90_000;

export interface Reply {
  status: number;
  headers: Headers;
  json: Json;
}

export const freshDataDir = (): string => mkdtempSync(path.join(os.tmpdir(), "socmate-"));

export class Product {
  readonly url: string;
  readonly dataDir: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #tokens = new Map<string, string>();

  private constructor(
    url: string,
    dataDir: string,
    child: ChildProcess,
    ended: Promise<number | null>,
  ) {
    this.url = url;
    this.dataDir = dataDir;
    this.#process = child;
    this.#ended = ended;
  }

  /** Starts `local/start.mjs` on a port of its own and answers when it is ready. @throws Error with its output. */
  static async start(env: Record<string, string> = {}): Promise<Product> {
    const dataDir = env["DATA_DIR"] ?? freshDataDir();
    const child = spawn(process.execPath, ["local/start.mjs"], {
      cwd: ROOT,
      env: { ...process.env, PORT: "0", ...env, DATA_DIR: dataDir, NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`Not ready in ${START_MS} ms:\n${output.slice(-2000)}`));
      }, START_MS);
      const look = (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-20_000);
        const ready = READY.exec(output)?.[1];
        if (ready === undefined) return;
        clearTimeout(timer);
        resolve(ready);
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.once("exit", (code) => {
        clearTimeout(timer);
        reject(new Error(`Ended with ${code} before it was ready:\n${output.slice(-2000)}`));
      });
    });
    return new Product(url, dataDir, child, ended);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** A request as the user, e.g. `analyst@contoso.example`; without one, nobody is signed in. */
  async call(
    user: string | undefined,
    method: string,
    route: string,
    body?: Json,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const response = await fetch(this.url + route, {
      method,
      headers: {
        ...headers,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(user !== undefined && { authorization: `Bearer ${await this.#token(user)}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text === "" ? null : Json.parse(JSON.parse(text));
    return { status: response.status, headers: response.headers, json };
  }

  /** As `call`, for replies that must be an object with a status below 300. @throws Error with the reply. */
  async ask(
    user: string | undefined,
    method: string,
    route: string,
    body?: Json,
  ): Promise<JsonObject> {
    const reply = await this.call(user, method, route, body);
    if (reply.status >= 300) {
      throw new Error(`${method} ${route}: ${reply.status} ${JSON.stringify(reply.json)}`);
    }
    return JsonObject.parse(reply.json ?? {});
  }

  /** Tokens are of the local clock: after it moved they must be asked for again. */
  forgetTokens(): void {
    this.#tokens.clear();
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  /** Asks it to stop; the exit code. */
  async stop(): Promise<number | null> {
    this.#process.kill("SIGTERM");
    return await this.#ended;
  }

  async #token(user: string): Promise<string> {
    const known = this.#tokens.get(user);
    if (known !== undefined) return known;
    const reply = await this.ask(undefined, "POST", "/local/token", { user });
    const token = z.string().parse(reply["access_token"]);
    this.#tokens.set(user, token);
    return token;
  }
}
