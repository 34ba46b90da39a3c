/** Reads Bicep files through their syntax tree: declarations, properties, calls. */
import { createRequire } from "node:module";

import { Language, type Node, Parser } from "web-tree-sitter";

const require = createRequire(import.meta.url);

export interface Declaration {
  kind: "resource" | "module" | "param" | "var" | "output";
  name: string;
  /** Type and version of a resource, path of a module. */
  target: string;
  node: Node;
}

export interface BicepFile {
  name: string;
  root: Node;
  declarations: Declaration[];
}

const KINDS: Readonly<Record<string, Declaration["kind"]>> = {
  resource_declaration: "resource",
  module_declaration: "module",
  parameter_declaration: "param",
  variable_declaration: "var",
  output_declaration: "output",
};

/** A reader of Bicep text; `errors` of a file says where the grammar does not follow. */
export async function createBicepReader(): Promise<(name: string, text: string) => BicepFile> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(
    await Language.load(require.resolve("tree-sitter-bicep/tree-sitter-bicep.wasm")),
  );
  return (name, text) => {
    const tree = parser.parse(text);
    if (tree === null) throw new Error(`${name} could not be parsed.`);
    return { name, root: tree.rootNode, declarations: declarationsOf(tree.rootNode) };
  };
}

function declarationsOf(root: Node): Declaration[] {
  return children(root).flatMap((node): Declaration[] => {
    const kind = KINDS[node.type];
    if (kind === undefined) return [];
    const [name, target] = children(node);
    const text = target?.type === "string" ? unquoted(target) : "";
    return [{ kind, name: name?.text ?? "", target: text, node }];
  });
}

/** Every node below and including this one. */
export const walk = (node: Node): Node[] => [node, ...children(node).flatMap(walk)];

export const children = (node: Node): Node[] =>
  node.namedChildren.filter((child) => child !== null);

/** Property names with their value nodes, at any depth, written as dotted paths: `properties.disableLocalAuth`. */
export function properties(node: Node, prefix = ""): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const child of children(node)) {
    if (child.type !== "object_property") {
      for (const [path, value] of properties(child, prefix)) found.set(path, value);
      continue;
    }
    const [key, value] = children(child);
    if (key === undefined || value === undefined) continue;
    const path = prefix + (key.type === "string" ? unquoted(key) : key.text);
    found.set(path, value);
    for (const [deeper, at] of properties(value, `${path}.`)) found.set(deeper, at);
  }
  return found;
}

/** Names of the functions that are called below the node, methods included. */
export const calls = (node: Node): string[] =>
  walk(node)
    .filter(({ type }) => type === "call_expression")
    .flatMap((call) => call.childForFieldName("function")?.text.split(".").at(-1) ?? []);

export const unquoted = (node: Node): string => node.text.replaceAll(/^'|'$/g, "");
