/** What every template must hold: each rule answers with what is wrong, in words. */
import path from "node:path";

import { type BicepFile, calls, children, properties, unquoted, walk } from "./bicepTree.ts";

/** Resource type (without version) → property that must have exactly this text. */
const REQUIRED: Readonly<Record<string, readonly (readonly [property: string, text: string])[]>> = {
  "Microsoft.Storage/storageAccounts": [
    ["properties.allowSharedKeyAccess", "false"],
    ["properties.allowBlobPublicAccess", "false"],
    ["properties.supportsHttpsTrafficOnly", "true"],
  ],
  "Microsoft.DocumentDB/databaseAccounts": [
    ["properties.disableLocalAuth", "true"],
    ["properties.disableKeyBasedMetadataWriteAccess", "true"],
    ["properties.consistencyPolicy.defaultConsistencyLevel", "'Strong'"],
  ],
  "Microsoft.ServiceBus/namespaces": [["properties.disableLocalAuth", "true"]],
  "Microsoft.CognitiveServices/accounts": [["properties.disableLocalAuth", "true"]],
  "Microsoft.OperationalInsights/workspaces": [["properties.features.disableLocalAuth", "true"]],
  "Microsoft.Insights/components": [["properties.DisableLocalAuth", "true"]],
  "Microsoft.KeyVault/vaults": [
    ["properties.enableRbacAuthorization", "true"],
    ["properties.enablePurgeProtection", "true"],
  ],
  "Microsoft.Web/sites": [["properties.httpsOnly", "true"]],
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": [["properties.allow", "false"]],
};

/** Calls that hand out keys. */
const KEY_CALLS = /^list(Keys|AccountSas|ServiceSas|Secrets|ConnectionStrings|QueryKeys)?$/;
const SECRET_NAME = /(secret|password|accesskey|primarykey|sas)/i;

export function problemsOf(files: readonly BicepFile[]): string[] {
  return files.flatMap((file) => [
    ...syntax(file),
    ...unsafeResources(file),
    ...keys(file),
    ...secretOutputs(file),
    ...unused(file),
    ...wrongModuleParameters(file, files),
  ]);
}

const syntax = (file: BicepFile): string[] =>
  walk(file.root)
    .filter((node) => node.isError || node.isMissing)
    .map((node) => `${file.name}:${node.startPosition.row + 1}: not Bicep`);

function unsafeResources({ name, declarations }: BicepFile): string[] {
  return declarations.flatMap(({ kind, target, node, name: symbol }) => {
    const isExisting =
      children(node).length > 0 && / existing =/.test(node.text.split("\n")[0] ?? "");
    if (kind !== "resource" || isExisting) return [];
    const found = properties(node);
    return (REQUIRED[target.split("@")[0] ?? ""] ?? [])
      .filter(([property, text]) => found.get(property)?.text !== text)
      .map(([property, text]) => `${name}: ${symbol} needs ${property}: ${text}`);
  });
}

const keys = ({ name, root }: BicepFile): string[] =>
  calls(root)
    .filter((call) => KEY_CALLS.test(call))
    .map((call) => `${name}: ${call}() hands out keys`);

const secretOutputs = ({ name, declarations }: BicepFile): string[] =>
  declarations
    .filter(({ kind, name: symbol }) => kind === "output" && SECRET_NAME.test(symbol))
    .map(({ name: symbol }) => `${name}: output ${symbol} sounds like a secret`);

function unused({ name, root, declarations }: BicepFile): string[] {
  const names = walk(root)
    .filter(({ type }) => type === "identifier")
    .map(({ text }) => text);
  return declarations
    .filter(
      ({ kind, name: symbol }) =>
        (kind === "param" || kind === "var") && names.filter((text) => text === symbol).length < 2,
    )
    .map(({ name: symbol }) => `${name}: ${symbol} is declared and never used`);
}

function wrongModuleParameters(file: BicepFile, files: readonly BicepFile[]): string[] {
  return file.declarations.flatMap(({ kind, target, node, name }) => {
    if (kind !== "module") return [];
    const callee = files.find(
      (each) => each.name === path.posix.join(path.posix.dirname(file.name), target),
    );
    if (callee === undefined) return [`${file.name}: module ${name} names no file`];
    const declared = callee.declarations.filter((each) => each.kind === "param");
    const given = [...properties(node).keys()].flatMap(
      (key) => /^params\.(\w+)$/.exec(key)?.[1] ?? [],
    );
    const missing = declared.filter(
      (each) => !hasDefault(each.node.text) && !given.includes(each.name),
    );
    const unknown = given.filter((key) => !declared.some((each) => each.name === key));
    return [
      ...missing.map((each) => `${file.name}: module ${name} lacks ${each.name}`),
      ...unknown.map((key) => `${file.name}: module ${name} has no parameter ${key}`),
    ];
  });
}

const hasDefault = (declaration: string): boolean => declaration.includes("=");

/** Names and values of the Functions app's settings. */
export function appSettings(files: readonly BicepFile[]): Map<string, string> {
  for (const { declarations } of files) {
    const settings = declarations.find(
      ({ kind, target }) => kind === "resource" && target.startsWith("Microsoft.Web/sites/config@"),
    );
    if (settings === undefined) continue;
    const found = [...properties(settings.node)].flatMap(([key, value]) => {
      const name = /^properties\.(\w+)$/.exec(key)?.[1];
      return name === undefined ? [] : [[name, unquoted(value)] as const];
    });
    return new Map(found);
  }
  return new Map();
}
