/** What `npm start` says when it cannot start: one clear sentence and exit code 1. */
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { Product } from "../product/product.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "socmate-start-"));
const file = path.join(folder, "a-file");
writeFileSync(file, "not a folder");

const taken = http.createServer();
let takenPort = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  takenPort = typeof address === "object" && address !== null ? String(address.port) : "";
});
afterAll(() => new Promise((resolve) => taken.close(resolve)));

interface Ended {
  code: number | null;
  out: string;
  error: string;
}

/** Starts the product with these settings and waits for its end, at most 20 s. */
function start(env: Record<string, string>, args: readonly string[] = []): Promise<Ended> {
  return new Promise((resolve) => {
    const settings = { PORT: "0", DATA_DIR: path.join(folder, "data"), ...env };
    const child = execFile(
      process.execPath,
      [...args, "local/start.mjs"],
      { cwd: ROOT, env: { ...process.env, ...settings }, timeout: 20_000, killSignal: "SIGKILL" },
      (_error, out, error) => resolve({ code: child.exitCode, out, error }),
    );
  });
}

/** What is not as it should be: one line that a person understands, no stack, no library's class names, exit code 1. */
function flawsOf({ code, out, error }: Ended, says: RegExp): string[] {
  return [
    ...(code === 1 ? [] : [`exit code ${code}`]),
    ...(error.trim().split("\n").length === 1 ? [] : ["not one line"]),
    ...(says.test(error) ? [] : [`does not say ${says.source}`]),
    ...(/\bat \S+ \(|node:internal|Error:|ZodError|undefined/.test(error) ? ["technical"] : []),
    ...(out.includes("SoCMate is ready") ? ["says that it is ready"] : []),
  ].map((flaw) => `${flaw}: ${error}`);
}

// A stack trace tells a newcomer nothing about what to change; each sentence names the setting.
test("a DATA_DIR that is a file, or lies below one", async () => {
  expect(flawsOf(await start({ DATA_DIR: file }), /DATA_DIR .*a-file/)).toEqual([]);
  expect(flawsOf(await start({ DATA_DIR: path.join(file, "below") }), /DATA_DIR .*below/)).toEqual(
    [],
  );
});

// Node's recursive mkdir never ends here: without our own, the start hangs at full load.
test.runIf(process.platform === "linux")("a DATA_DIR where nothing can be made", async () => {
  expect(flawsOf(await start({ DATA_DIR: "/proc/socmate" }), /DATA_DIR .*proc/)).toEqual([]);
});

// Two products on one folder would tell different stories under one incident number.
test("a DATA_DIR that another product is using", async () => {
  const product = await Product.start({ DATA_DIR: path.join(folder, "shared") });
  try {
    const second = await start({ DATA_DIR: product.dataDir });
    expect(flawsOf(second, /DATA_DIR .*shared is in use/)).toEqual([]);
  } finally {
    await product.kill();
  }
  const third = await Product.start({ DATA_DIR: product.dataDir });
  expect(await third.stop()).toBe(0);
});

test("a DATA_DIR whose database or state is not ours", async () => {
  const foreign = mkdtempSync(path.join(folder, "foreign-"));
  writeFileSync(path.join(foreign, "socmate.sqlite"), "this is no database ".repeat(100));
  expect(flawsOf(await start({ DATA_DIR: foreign }), /socmate\.sqlite/)).toEqual([]);
});

test("a port that is taken", async () => {
  expect(
    flawsOf(await start({ PORT: takenPort }), new RegExp(`Port ${takenPort} is taken`)),
  ).toEqual([]);
});

test.each([
  ["PORT", "abc"],
  ["PORT", "70000"],
  ["PORT", "-1"],
  ["CLOCK_START", "yesterday"],
  ["CLOCK_START", "2026-13-01T00:00:00Z"],
  ["TENANT_SIZE", "huge"],
  ["TENANT_DIR", "/nowhere/at/all"],
  ["SYNC_CRON", "every minute"],
])("%s=%s", async (name, value) => {
  expect(flawsOf(await start({ [name]: value }), new RegExp(`\\b${name}\\b`))).toEqual([]);
});

// The preload makes start.mjs believe that it runs on Node 20, as a system's own Node often is.
test("a Node that is too old", async () => {
  const preload = "Object.defineProperty(process.versions, 'node', { value: '20.19.0' })";
  const args = ["--import", `data:text/javascript,${encodeURIComponent(preload)}`];
  expect(flawsOf(await start({}, args), /needs Node 24 and this is 20\.19\.0.*npm ci/)).toEqual([]);
});
