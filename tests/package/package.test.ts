/** What is deployed: complete, nothing of the local run in it, and it runs where nothing of this repository can be reached. */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { triggers } from "../../functions/contents.ts";
import { packageApp } from "../../scripts/packageApp.ts";
import { AzureEnv } from "../../shared/config/env.ts";
import { createKqlAnalyser } from "../../shared/kql/analyser.ts";
import { QueueName } from "../../shared/schemas/messages.ts";
import { ensureContainers } from "../../shared/adapters/cosmos/indexing.ts";
import { startCosmosDouble } from "../../shared/testing/doubles/cosmos/server.ts";
import { behindTls, IdentityEndpoint } from "./azurePlatform.ts";
import { loadApp, SETTINGS } from "./packagedApp.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const MB = 1024 * 1024;
const app = path.join(mkdtempSync(path.join(os.tmpdir(), "package-")), "app");
let files: string[] = [];

const sizeOf = (file: string): number => statSync(path.join(app, file)).size;
const text = (file: string): string => readFileSync(path.join(app, file), "utf8");

beforeAll(async () => {
  await packageApp(ROOT, app);
  files = globSync("**/*", { cwd: app }).filter((file) => statSync(path.join(app, file)).isFile());
});

afterAll(() => rmSync(path.dirname(app), { recursive: true, force: true }));

describe("the files", () => {
  // The host reads these three before any code of ours runs.
  test("host.json, package.json and the entry it names stand where the host looks", () => {
    expect(files).toEqual(
      expect.arrayContaining(["host.json", "package.json", "index.mjs", "analyserWorker.mjs"]),
    );
    expect(JSON.parse(text("package.json"))).toMatchObject({ type: "module", main: "index.mjs" });
    expect(JSON.parse(text("host.json"))).toMatchObject({
      extensions: { http: { routePrefix: "" } },
    });
  });

  test("only the Kusto parser is an unbundled package, and only its two scripts", () => {
    const unbundled = files.filter((file) => file.startsWith("node_modules"));
    const folder = path.join("node_modules", "@kusto", "language-service-next");
    expect(unbundled.toSorted()).toEqual(
      ["Kusto.Language.Bridge.min.js", "bridge.min.js", "package.json"].map((file) =>
        path.join(folder, file),
      ),
    );
  });

  // Licences ask that their notice goes where the code goes, and the bundle itself carries no comments.
  test("the notices name every package inside, with the text of its licence", () => {
    const notices = text("THIRD-PARTY-NOTICES.txt");
    const sources = files
      .filter((file) => file.endsWith(".map"))
      .flatMap((file): string[] => JSON.parse(text(file)).sources)
      .map((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? "");
    const inside = [...new Set([...sources, "@kusto/language-service-next"])].filter(Boolean);
    expect(inside.length).toBeGreaterThan(20);
    expect(inside.filter((name) => !notices.includes(`\n${name} `))).toEqual([]);
    for (const name of ["zod", "jose", "@azure/cosmos"]) {
      const folder = path.join(ROOT, "node_modules", name);
      const licence = /^licen[sc]e/i;
      const file = readdirSync(folder).find((entry) => licence.test(entry)) ?? "";
      expect(notices).toContain(readFileSync(path.join(folder, file), "utf8").trim());
    }
  });

  // A larger package starts more slowly; this catches an SDK that suddenly brings its friends.
  test("it stays under 20 MB, and what a cold start reads under 1.5 MB", () => {
    expect(files.reduce((sum, file) => sum + sizeOf(file), 0)).toBeLessThan(20 * MB);
    expect(eagerFiles().reduce((sum, file) => sum + sizeOf(file), 0)).toBeLessThan(1.5 * MB);
  });

  test("its syntax is one that Node 22 reads", () => {
    // Newer than Node 22: explicit resource management, and deferred imports.
    const newer = /(?:^|[;{}])\s*(?:await )?using \w+ ?=|import defer/m;
    expect(files.filter((file) => file.endsWith(".mjs") && newer.test(text(file)))).toEqual([]);
    const entry = path.join(app, "index.mjs");
    const check = spawnSync(process.execPath, ["--check", entry], { encoding: "utf8" });
    expect(check.stderr).toBe("");
  });
});

// Anything of these in a deployed app would be a way in that no administrator chose, or dead weight.
describe("nothing of the local run is in it", () => {
  test.each([
    ["the embedded database", /node:sqlite|DatabaseSync/],
    ["the local issuer", /dev\.invalid|createIssuer|local\/issuer/],
    ["the local controls", /["'`/]local\/(token|clock|timers|faults)/],
    ["the simulated tenants and their people", /contoso\.example|fabrikam\.example|demoTenant/],
    ["the embedded composition root", /surround\(|embeddedParts/],
    ["the local host", /installCore|_load["'`]/],
    ["test code", /vitest|fast-check|testDeps|\.test\.ts/],
    ["the page", /@fluentui|react-dom|tanstack/],
  ])("%s", (_, trace) => {
    const found = files.filter(
      (file) => !file.startsWith("node_modules") && trace.test(text(file)),
    );
    expect(found).toEqual([]);
  });

  test("no source of ours is named by a source map but the program's own rooms", () => {
    const sources = files
      .filter((file) => file.endsWith(".map"))
      .flatMap((file): string[] => JSON.parse(text(file)).sources)
      .filter((source) => !/node_modules|^webpack:|^absent:/.test(source));
    expect(sources.length).toBeGreaterThan(100);
    const foreign = sources.filter((source) => !/^(\.\.\/)+.*\/?(functions|shared)\//.test(source));
    expect(foreign).toEqual([]);
    const embedded = /adapters\/(sqlite|files|localKeys)\/|shared\/(embedded|testing)/;
    expect(sources.filter((source) => embedded.test(source))).toEqual([]);
  });

  test("no binary, no web page, no environment file", () => {
    const kinds = new Set(files.map((file) => path.extname(file) || path.basename(file)));
    expect([...kinds].toSorted()).toEqual([".js", ".json", ".map", ".mjs", ".txt", "LICENSE"]);
  });
});

describe("it loads in an empty directory, with the settings of Azure", () => {
  test("every trigger is registered, the library asks the worker once, and nothing lazy is loaded", async () => {
    const { said, stop } = await loadApp("register", app, SETTINGS);
    await stop();
    const declared = [...triggers.endpoints, ...triggers.jobs, ...triggers.workers];
    const names = [...declared.map(({ name }) => name), "preflight", "zz-unmatched"];
    expect(said.error).toBeUndefined();
    expect(said.functions?.toSorted()).toEqual(names.toSorted());
    expect(said.coreRequires).toBe(1);
    expect(said.loaded?.toSorted()).toEqual(eagerFiles().toSorted());
  });

  test("it serves: live, described, closed to strangers", async () => {
    const { said, stop } = await loadApp("serve", app, SETTINGS);
    try {
      expect(said.errors).toEqual([]);
      expect(said.timers).toEqual(["sync-incidents"]);
      expect(said.queues?.toSorted()).toEqual(QueueName.options.toSorted());
      const description = await fetch(`${said.url}/api/openapi.json`);
      expect(description.status).toBe(200);
      expect(await description.json()).toMatchObject({ openapi: "3.1.1" });
      const stranger = await fetch(`${said.url}/api/v1/incidents`);
      expect(stranger.status).toBe(401);
      expect(await stranger.json()).toMatchObject({ code: "unauthenticated" });
    } finally {
      await stop();
    }
  });

  // The bundled SDKs run for real here: a package that breaks when it is bundled would first be seen on Azure.
  test("it reaches a Cosmos DB account through the bundled SDKs and a managed identity", async () => {
    const account = await startCosmosDouble();
    await ensureContainers({ endpoint: account.endpoint, database: "socmate", key: "a2V5" });
    const tls = await behindTls(account.endpoint);
    const identity = new IdentityEndpoint();
    const { said, stop } = await loadApp("serve", app, {
      ...SETTINGS,
      ...(await identity.start()),
      COSMOS_ENDPOINT: tls.url,
      NODE_EXTRA_CA_CERTS: tls.caFile,
    });
    try {
      const health = await fetch(`${said.url}/api/health`);
      expect(health.status).toBe(200);
      // No Service Bus listens here: live, but not ready.
      const checks = { store: true, queues: false };
      expect(await health.json()).toMatchObject({ status: "live", checks });
      expect(identity.clientIds).toContain(SETTINGS["MANAGED_IDENTITY_CLIENT_ID"]);
    } finally {
      await stop();
      identity.close();
      tls.close();
      await account.close();
    }
  });
});

describe("the analyser's thread", () => {
  test("parses KQL with the packaged parser", async () => {
    const analyser = createKqlAnalyser({
      workerUrl: new URL(`file://${path.join(app, "analyserWorker.mjs")}`),
    });
    const schema = { SigninLogs: { TimeGenerated: "datetime", Location: "string" } } as const;
    const query = "SigninLogs | where TimeGenerated > ago(1d) | summarize n = count() by Location";
    const { columns } = await analyser.analyse(query, schema);
    await analyser.close();
    expect(columns).toEqual(["Location", "TimeGenerated"]);
  });

  // From a chunk, "./" would be the chunk's folder, and each query would fail on Azure only.
  test("is looked for from the entry's own folder", () => {
    const naming = files.filter(
      (f) => f.endsWith(".mjs") && text(f).includes("./analyserWorker.mjs"),
    );
    expect(naming).toEqual(["index.mjs"]);
  });
});

describe("settings that cannot work end the start with one sentence", () => {
  test("every missing setting is named", async () => {
    const required = Object.entries(AzureEnv.shape)
      .filter(([name, shape]) => name !== "AUTH_MODE" && !shape.safeParse(undefined).success)
      .map(([name]) => name);
    expect(required.length).toBeGreaterThan(8);
    const error = await refusalOf({ AUTH_MODE: "entra" });
    expect(required.filter((name) => !error.includes(name))).toEqual([]);
  });

  test("no AUTH_MODE at all", async () => {
    expect(await refusalOf({})).toContain("AUTH_MODE must be entra");
  });

  // Two of the local issuer's four locks: its code is not here, and an Azure host refuses the mode by itself.
  test("AUTH_MODE=local, anywhere", async () => {
    const error = await refusalOf({ AUTH_MODE: "local", DATA_DIR: os.tmpdir() });
    expect(error).toBe(
      "AUTH_MODE=local is refused: this is the deployed app, set AUTH_MODE=entra.",
    );
  });

  test("AUTH_MODE=local on an Azure host", async () => {
    const error = await refusalOf({
      AUTH_MODE: "local",
      DATA_DIR: os.tmpdir(),
      WEBSITE_SITE_NAME: "soc",
    });
    expect(error).toContain("AUTH_MODE=local is refused where WEBSITE_SITE_NAME is set");
  });
});

/** The sentence with which the app refuses these settings. */
async function refusalOf(settings: Readonly<Record<string, string>>): Promise<string> {
  const { said, stop } = await loadApp("register", app, settings);
  await stop();
  if (said.error === undefined) throw new Error("The app started.");
  return said.error;
}

/** Files that the entry imports statically, itself included. */
function eagerFiles(): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, to = ""] of text(file).matchAll(/\b(?:from|import) ?"(\.[^"]+)";/g)) {
      visit(path.join(path.dirname(file), to));
    }
  };
  visit("index.mjs");
  return [...seen];
}
