/** Names of entities in the knowledge graph: one spelling each, and which names tell a person or a host for certain. */
import { createHash } from "node:crypto";

import { GraphType } from "../schemas/graph.ts";
import { addressOf } from "./entitiesAddress.ts";

/** Longer values are named by their beginning and a hash: a partition key has a limit. */
const VALUE_MAX = 200;
const LONE_SURROGATE = /\p{Cs}/gu;

/**
 * `type:value` in the one spelling under which the graph keeps it: lower case, addresses in their shortest form, no
 * final dot, a program by its file name.
 */
export function nodeId(type: GraphType, value: string): string {
  const text = SPELLING[type](refanged(value)).replaceAll(LONE_SURROGATE, "\uFFFD").toLowerCase();
  if (text.length <= VALUE_MAX) return `${type}:${text}`;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 32);
  const beginning = text.slice(0, VALUE_MAX - hash.length).replaceAll(LONE_SURROGATE, "");
  return `${type}:${beginning}~${hash}`;
}

const plain = (value: string): string => value;
const withoutDot = (value: string): string => value.replace(/\.$/, "");

const SPELLING: Readonly<Record<GraphType, (value: string) => string>> = {
  ip: (value) => addressOf(value).address,
  user: (value) => value.replace(/^\{(.*)\}$/, "$1"),
  host: (value) => withoutDot(value.replace(/^\\\\/, "")),
  domain: withoutDot,
  hash: plain,
  email: (value) => value.replace(/^<(.*)>$/, "$1"),
  url: (value) => URL.parse(value)?.href ?? value,
  process: (value) => value.split(/[\\/]/).at(-1) ?? value,
};

/** An indicator that was made harmless for copying, as it was: `hxxp://evil[.]example` is http://evil.example. */
export const refanged = (value: string): string =>
  value
    .trim()
    .replaceAll(/\[\.\]|\(\.\)|\[dot\]/gi, ".")
    .replaceAll(/\[@\]|\[at\]/gi, "@")
    .replace(/^hxxp(s?)(?=:|\[:\])/i, "http$1")
    .replaceAll("[:]", ":");

type NameKind = "upn" | "account" | "object" | "sid" | "fqdn" | "short" | "device";

/** The most telling first: an entity is called by the first name that it has. */
const RANK: readonly NameKind[] = ["upn", "account", "object", "sid", "fqdn", "short", "device"];

const GUID = /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
/** Users of a domain (21) or a directory (12); all other SIDs are the same on every machine. */
const OWN_SID = /^S-1-(5-21|12-1)(-\d+){3,}$/i;
/** The same on every machine. */
const SHARED_DOMAINS =
  /^(nt authority|nt service|builtin|font driver host|window manager|iis apppool|workgroup|\.)\\/i;
const SHARED_ACCOUNTS =
  /\\(administrator|admin|guest|root|defaultaccount|wdagutilityaccount|krbtgt)$/i;

/** What a name is; `undefined` for one that several things may have, such as a display name. */
function kindOf(type: GraphType, value: string): NameKind | undefined {
  if (type === "user") {
    if (/^[^\s@\\]+@[^\s@\\]+\.[^\s@\\]+$/.test(value)) return "upn";
    if (GUID.test(value)) return "object";
    if (OWN_SID.test(value)) return "sid";
    const isLocal = /^[^\s\\]+\\[^\s\\]+$/.test(value);
    const isShared = SHARED_DOMAINS.test(value) || SHARED_ACCOUNTS.test(value);
    return isLocal && !isShared ? "account" : undefined;
  }
  if (type !== "host") return undefined;
  if (GUID.test(value) || /^[0-9a-f]{40}$/i.test(value)) return "device";
  if (/^[\w-]+(\.[\w-]+)+\.?$/.test(value)) return "fqdn";
  return /^[\w-]{2,63}$/.test(value) ? "short" : undefined;
}

/** Whether the name belongs to one thing only, so that two entities that have it are the same. */
export const isTelling = (type: GraphType, value: string): boolean =>
  kindOf(type, value) !== undefined;

/** Names in the order in which an entity is called by them; the same order in every process. */
export function byRank(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || (a < b ? -1 : Number(a > b));
}

function rankOf(id: string): number {
  const { type, value } = parsedId(id);
  if (type === "email") return RANK.length;
  const kind = kindOf(type, value);
  return kind === undefined ? RANK.length + 1 : RANK.indexOf(kind);
}

/** Type and spelled value of an id; a long value is not the whole of it. */
export function parsedId(id: string): { type: GraphType; value: string } {
  const at = id.indexOf(":");
  const found = GraphType.options.find((type) => type === id.slice(0, at));
  return { type: found ?? "host", value: id.slice(at + 1) };
}

/**
 * Whether all of these can be names of one thing. Two hosts of different domains may share their short name: what would
 * make them one is refused.
 */
export function canBeOne(ids: readonly string[]): boolean {
  const full = new Set(
    ids.flatMap((id) => {
      const { type, value } = parsedId(id);
      return type === "host" && kindOf(type, value) === "fqdn" ? [value] : [];
    }),
  );
  return full.size <= 1;
}
