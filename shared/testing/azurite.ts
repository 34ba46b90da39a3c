/** Runs azurite's blob service for a test file, in memory, on a free loopback port. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The emulator's published account; https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const ACCOUNT = "devstoreaccount1";
const KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const OPTIONS = [
  "--blobHost=127.0.0.1",
  "--blobPort=0",
  "--inMemoryPersistence",
  "--skipApiVersionCheck",
  "--disableTelemetry",
];
const LISTENS = /successfully listens on http:\/\/127\.0\.0\.1:(\d+)/;

export interface Azurite {
  connectionString: string;
  stop(): Promise<void>;
}

/** @throws Error when the emulator ends before it listens. */
export async function startAzurite(): Promise<Azurite> {
  const folder = mkdtempSync(join(tmpdir(), "azurite-"));
  const program = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");
  const child = spawn(process.execPath, [program, ...OPTIONS], {
    stdio: ["ignore", "pipe", "ignore"],
    cwd: folder,
  });
  const port = await readPort(child);
  const fields = [
    "DefaultEndpointsProtocol=http",
    `AccountName=${ACCOUNT}`,
    `AccountKey=${KEY}`,
    `BlobEndpoint=http://127.0.0.1:${port}/${ACCOUNT}`,
  ];
  return {
    connectionString: fields.join(";"),
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

async function readPort(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("Azurite has no output.");
  for await (const line of createInterface({ input: child.stdout })) {
    const port = LISTENS.exec(line)?.[1];
    if (port === undefined) continue;
    // Read on, so that a full pipe never blocks it.
    child.stdout.resume();
    return port;
  }
  throw new Error("Azurite ended before it listened.");
}
