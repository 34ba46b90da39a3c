/** Starts the product as a person would, in an empty data folder, and stops it again. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const ROOT = path.resolve(import.meta.dirname, "../..");
const READY = /^SoCMate is ready: (http:\/\/127\.0\.0\.1:\d+)$/;
/** The first start builds the page. */
const READY_WITHIN_MS = 90_000;
const STOPPED_WITHIN_MS = 10_000;

export interface Product {
  /** Without a slash at the end. */
  url: string;
  stop(): Promise<void>;
}

/** @param settings on top of the usual ones. @throws Error with what the product printed when it does not get ready. */
export async function startProduct(settings: Record<string, string> = {}): Promise<Product> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "socmate-e2e-"));
  const node = path.join(ROOT, "node_modules/.bin/node");
  const child = spawn(node, ["local/start.mjs"], {
    cwd: ROOT,
    // NODE_ENV of the test runner would make the product build its page for development.
    env: { ...process.env, NODE_ENV: undefined, PORT: "0", DATA_DIR: dataDir, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: string[] = [];
  let isStopping = false;
  const ended = new Promise<void>((resolve) => {
    child.once("close", (code) => {
      // A product that dies under a journey is the finding, whatever the browser then says.
      if (!isStopping) console.error(`The product ended with ${code}:\n${printed.join("")}`);
      resolve();
    });
  });
  child.stderr.on("data", (chunk: Buffer) => printed.push(chunk.toString()));

  const ready = new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}\n${printed.join("")}`));
    const timer = setTimeout(() => fail("The product was not ready in time."), READY_WITHIN_MS);
    createInterface(child.stdout).on("line", (line) => {
      printed.push(`${line}\n`);
      const url = READY.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once("close", () => {
      clearTimeout(timer);
      fail("The product ended before it was ready.");
    });
  });

  const stop = async () => {
    isStopping = true;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN_MS);
    await ended;
    clearTimeout(timer);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    return { url: await ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
