/** `parse_xml`: elements become bags, repeated ones arrays, attributes `@name`, mixed text `#text`. */
import { entry } from "../namedTable.ts";
import type { Dynamic, DynamicBag } from "../values.ts";

interface Element {
  readonly name: string;
  readonly bag: DynamicBag;
  text: string;
}

const TOKEN =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<[!?][^>]*>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};
const DEPTH_MAX = 500;

const unescaped = (text: string): string =>
  text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w+));/gi, (all: string, hex, decimal, name) => {
    if (typeof name === "string") return entry(ENTITIES, name) ?? all;
    const code = typeof hex === "string" ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : all;
  });

function put(bag: DynamicBag, name: string, value: Dynamic): void {
  const known = Object.hasOwn(bag, name) ? bag[name] : undefined;
  const next =
    known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  Object.defineProperty(bag, name, {
    value: next,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** What an element stands for: its text alone, or a bag of what it has. */
function valueOf({ bag, text }: Element): Dynamic {
  const trimmed = text.trim();
  if (Object.keys(bag).length === 0) return trimmed === "" ? null : trimmed;
  if (trimmed !== "") put(bag, "#text", trimmed);
  return bag;
}

function begin(open: Element[], name: string, attributes: string, isEmpty: boolean): boolean {
  const element: Element = { name, bag: {}, text: "" };
  for (const [, key = "", double, single] of attributes.matchAll(ATTRIBUTE))
    put(element.bag, `@${key}`, unescaped(double ?? single ?? ""));
  const outer = open.at(-1);
  if (isEmpty && outer !== undefined) put(outer.bag, name, valueOf(element));
  else open.push(element);
  return open.length <= DEPTH_MAX;
}

function end(open: Element[], name: string): boolean {
  const ended = open.pop();
  const outer = open.at(-1);
  if (ended === undefined || outer === undefined || ended.name !== name) return false;
  put(outer.bag, name, valueOf(ended));
  return true;
}

/** Takes one token in; false when it cannot stand there. */
function take(open: Element[], match: RegExpExecArray): boolean {
  const [, cdata, closing, name, attributes = "", slash, plain] = match;
  const top = open.at(-1);
  if (closing !== undefined) return end(open, closing);
  if (name !== undefined) return begin(open, name, attributes, slash === "/");
  if (top !== undefined) top.text += cdata ?? unescaped(plain ?? "");
  return true;
}

/** Reads an XML text; null when it is none. */
export function parseXml(text: string): Dynamic {
  const root: Element = { name: "", bag: {}, text: "" };
  const open: Element[] = [root];
  for (const match of text.matchAll(TOKEN)) if (!take(open, match)) return null;
  return open.length === 1 && Object.keys(root.bag).length > 0 ? root.bag : null;
}
