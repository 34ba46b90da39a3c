import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { cosmosContainers } from "../../scripts/cosmosContainers.ts";
import { AzureEnv } from "../../shared/config/env.ts";
import { QueueName } from "../../shared/schemas/messages.ts";
import { appSettings, problemsOf } from "./bicepRules.ts";
import { type BicepFile, createBicepReader } from "./bicepTree.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const NAMES = globSync("infra/**/*.bicep", { cwd: ROOT }).map((name) => name.replaceAll("\\", "/"));

let read: (name: string, text: string) => BicepFile;
const textOf = (name: string) => readFileSync(path.join(ROOT, name), "utf8");
const all = (change: (name: string, text: string) => string = (_, text) => text) =>
  NAMES.map((name) => read(name, change(name, textOf(name))));

beforeAll(async () => {
  read = await createBicepReader();
});

test("every template parses and keeps the security rules", () => {
  expect(NAMES.length).toBeGreaterThan(8);
  expect(problemsOf(all())).toEqual([]);
});

// A rule that cannot fail protects nothing: each mistake is planted once.
describe("a planted mistake is found", () => {
  test.each([
    [
      "a key handed out",
      "api.bicep",
      "cosmosDatabase\n",
      "site.listKeys().key\n",
      "hands out keys",
    ],
    [
      "local auth left on",
      "queues.bicep",
      "disableLocalAuth: true",
      "disableLocalAuth: false",
      "disableLocalAuth",
    ],
    [
      "shared keys allowed",
      "storage.bicep",
      "allowSharedKeyAccess: false",
      "allowSharedKeyAccess: true",
      "allowSharedKeyAccess",
    ],
    [
      "Cosmos keys left on",
      "documents.bicep",
      "    disableLocalAuth: true\n",
      "",
      "disableLocalAuth",
    ],
    [
      "reads that may miss another instance's writes",
      "documents.bicep",
      "'Strong'",
      "'Session'",
      "defaultConsistencyLevel",
    ],
    [
      "purge protection off",
      "vault.bicep",
      "enablePurgeProtection: true",
      "enablePurgeProtection: false",
      "enablePurgeProtection",
    ],
    [
      "keys of models left on",
      "model.bicep",
      "    disableLocalAuth: true\n",
      "",
      "disableLocalAuth",
    ],
    ["plain http", "api.bicep", "httpsOnly: true", "httpsOnly: false", "httpsOnly"],
    ["basic publishing", "api.bicep", "allow: false", "allow: true", "allow"],
    [
      "a secret output",
      "vault.bicep",
      "output keyUrl string",
      "output clientSecret string",
      "sounds like a secret",
    ],
    [
      "an unused parameter",
      "web.bicep",
      "param tags object",
      "param tags object\nparam more string",
      "never used",
    ],
    [
      "a module without a parameter",
      "app.bicep",
      "    apiClientId: apiClientId\n",
      "",
      "lacks apiClientId",
    ],
    [
      "a module with an unknown one",
      "app.bicep",
      "    alertEmail: alertEmail\n",
      "    alertEmail: alertEmail\n    other: alertEmail\n",
      "no parameter other",
    ],
    ["broken syntax", "web.bicep", "resource site", "resource = site", "not Bicep"],
  ])("%s", (_, file, before, after, message) => {
    const changed = all((name, text) =>
      name.endsWith(`/${file}`) ? text.replace(before, after) : text,
    );
    expect(problemsOf(changed).join("\n")).toContain(message);
  });
});

describe("app settings", () => {
  /** Read by the Functions host itself, not by our code. */
  const ofTheHost = /^(AzureWebJobs|APPLICATIONINSIGHTS_|SERVICE_BUS__(credential|clientId)$)/;

  // A setting that only one side knows is a deployment that does not start, or a knob that does nothing.
  test("the template writes exactly what the program reads", () => {
    const written = [...appSettings(all()).keys()].filter((name) => !ofTheHost.test(name));
    expect(written.toSorted()).toEqual(Object.keys(AzureEnv.shape).toSorted());
  });

  test("the example for Azure Functions tools names the same settings", () => {
    const { Values } = JSON.parse(textOf("local.settings.example.json"));
    const named = Object.keys(Values).filter(
      (name) => !/^(FUNCTIONS_WORKER_RUNTIME|AzureWebJobsStorage)$/.test(name),
    );
    expect(named.toSorted()).toEqual(Object.keys(AzureEnv.shape).toSorted());
  });

  // First of the four locks of the local issuer: nothing can turn it on by a parameter.
  test("AUTH_MODE is the literal entra", () => {
    expect(appSettings(all()).get("AUTH_MODE")).toBe("entra");
  });
});

// The template and the adapter would otherwise index the same container in two ways.
test("infra/containers.json is what the Cosmos adapter makes (npm run infra writes it)", () => {
  expect(textOf("infra/containers.json")).toBe(cosmosContainers());
  expect(textOf("infra/modules/documents.bicep")).toContain(
    "loadJsonContent('../containers.json')",
  );
});

test("the template makes every queue that the program names", () => {
  const names = /var names = \[(.*)\]/.exec(textOf("infra/modules/queues.bicep"))?.[1] ?? "";
  expect(names.match(/\w+/g)).toEqual(QueueName.options);
});

const bicep = ((): boolean => {
  try {
    execFileSync("bicep", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!bicep)("the Bicep compiler accepts the templates (needs bicep on the PATH)", () => {
  expect(() =>
    execFileSync("bicep", ["build", "infra/main.bicep", "--stdout"], { cwd: ROOT }),
  ).not.toThrow();
});
