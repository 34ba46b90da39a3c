/** Functions of text. */
import { converter, dynamicText, toText } from "../convert.ts";
import { parseJson } from "../json.ts";
import { entry } from "../namedTable.ts";
import { regexOf } from "../regex.ts";
import { type Dynamic, type KqlValue, isBag } from "../values.ts";
import { type FunctionTable, type ScalarFunction, onDynamics, onTexts } from "./define.ts";

const strcat: ScalarFunction = (call) => {
  const { types } = call;
  return (...values) => values.map((value, i) => toText(value, types[i] ?? "string")).join("");
};

const strcatDelim: ScalarFunction = (call) => {
  const { types } = call;
  return (...values) => {
    const [delimiter = "", ...parts] = values.map((value, i) =>
      toText(value, types[i] ?? "string"),
    );
    return parts.join(delimiter);
  };
};

const SURROGATE = /[\ud800-\udfff]/;

/** A negative start counts from the end; a negative length gives nothing. Positions count letters, as `strlen` does. */
const substring: ScalarFunction =
  (call) =>
  (value = "", start = 0, length) => {
    const text = toText(value, call.types[0] ?? "string");
    if (typeof start !== "number") return "";
    const letters = SURROGATE.test(text) ? Array.from(text) : text;
    const from = start < 0 ? letters.length + start : start;
    const size = typeof length === "number" ? length : letters.length;
    if (size <= 0) return "";
    const part = letters.slice(Math.max(0, from), Math.max(0, from + size));
    return typeof part === "string" ? part : part.join("");
  };

const indexOf: ScalarFunction =
  (call) =>
  (value = "", sought = "", start = 0, length = -1, occurrence = 1) => {
    const text = toText(value, call.types[0] ?? "string");
    const part = toText(sought, call.types[1] ?? "string");
    const from = Number(start) < 0 ? Math.max(0, text.length + Number(start)) : Number(start);
    const end = Number(length) < 0 ? text.length : from + Number(length);
    let at = from - 1;
    for (let n = 0; n < Number(occurrence); n += 1) {
      at = text.indexOf(part, at + 1);
      if (at < 0 || at + part.length > end) return -1;
    }
    return at;
  };

function split(text: string, delimiter: string, index?: string): Dynamic {
  const parts = delimiter === "" ? [text] : text.split(delimiter);
  return index === undefined || index === "" ? parts : [parts[Number(index)] ?? ""];
}

/** Captures, or with group 0 the whole match. An optional type converts the text. */
const extract: ScalarFunction = (call) => {
  const convert = converter("string", call.result);
  return (pattern = "", group = 0, value = "") => {
    const match = regexOf(dynamicText(pattern)).exec(toText(value, call.types[2] ?? "string"));
    return convert(match?.[Number(group)] ?? "");
  };
};

const extractAll: ScalarFunction =
  (call) =>
  (pattern = "", second = "", third) => {
    const source = third === undefined ? second : third;
    const chosen = third === undefined || !Array.isArray(second) ? undefined : second.map(Number);
    const text = toText(source, call.types[third === undefined ? 1 : 2] ?? "string");
    const found: Dynamic[] = [];
    for (const match of text.matchAll(regexOf(dynamicText(pattern), "g"))) {
      const groups = match.slice(1).map((group) => group ?? "");
      const picked = chosen === undefined ? groups : chosen.map((n) => match[n] ?? "");
      if (groups.length === 0) return null;
      found.push(picked.length === 1 ? (picked[0] ?? "") : picked);
    }
    return found.length === 0 ? null : found;
  };

/** What a JSON text has at a path. An optional type converts it; without one it is text. */
const extractJson: ScalarFunction = (call) => {
  const convert = converter("string", call.result);
  return (path = "", text = "") =>
    convert(jsonPath(dynamicText(path), toText(text, call.types[1] ?? "string")));
};

/** Kusto writes groups as `\1`, JavaScript as `$1`. */
const replacement = (text: string): string =>
  text
    .replaceAll("$", "$$$$")
    .replace(/\\(\d)/g, (_all, n: string) => (n === "0" ? "$&" : `$${n}`));

const replaceRegex = onTexts((text, pattern = "", by = "") =>
  text.replace(regexOf(pattern, "g"), replacement(by)),
);

/** `trim` takes off one match of the pattern at each side. */
function trim(pattern: string, text: string, atStart: boolean, atEnd: boolean): string {
  let rest = text;
  if (atStart) rest = rest.replace(regexOf(`^(?:${pattern})`), "");
  if (atEnd) rest = rest.replace(regexOf(`(?:${pattern})$`), "");
  return rest;
}

function countOf(text: string, sought: string, kind = "normal"): number {
  if (sought === "") return 0;
  if (kind === "regex") return [...text.matchAll(regexOf(sought, "g"))].length;
  let count = 0;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) count += 1;
  return count;
}

function base64Decode(text: string): string | null {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64").replace(/=+$/, "") !== text.trim().replace(/=+$/, "")) return null;
  const decoded = bytes.toString("utf8");
  return Buffer.from(decoded, "utf8").equals(bytes) ? decoded : null;
}

function urlDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function parseUrl(text: string): Dynamic {
  const match =
    /^(?:([a-z][a-z\d+.-]*):\/\/)?(?:([^/?#@]*)@)?([^/?#:]*)(?::(\d+))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/i.exec(
      text,
    );
  const [, scheme = "", user = "", host = "", port = "", path = "", query = "", fragment = ""] =
    match ?? [];
  const pairs = query.split("&").filter((part) => part !== "");
  const parameters: Dynamic = Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [name, value.join("=")];
    }),
  );
  const [username = "", password = ""] = user.split(":");
  return {
    Scheme: scheme,
    Host: host,
    Port: port,
    Path: path,
    Username: username,
    Password: password,
    "Query Parameters": parameters,
    Fragment: fragment,
  };
}

const compareText = (a: string, b = ""): number => (a < b ? -1 : a > b ? 1 : 0);
const codePoints = (value: KqlValue): number[] =>
  Array.from(dynamicText(value), (character) => character.codePointAt(0) ?? 0);

/** One letter becomes one letter: ß has no capital here. */
function upper(text: string): string {
  const whole = text.toUpperCase();
  if (whole.length === text.length) return whole;
  return Array.from(text)
    .map((letter) => (letter.toUpperCase().length > letter.length ? letter : letter.toUpperCase()))
    .join("");
}

export const textFunctions: FunctionTable = {
  strcat,
  strcat_delim: strcatDelim,
  substring,
  indexof: indexOf,
  extract,
  extract_all: extractAll,
  extractall: extractAll,
  split: onTexts((text, delimiter = "", index) => split(text, delimiter, index)),
  strlen: onTexts((text) => codePoints(text).length),
  string_size: onTexts((text) => Buffer.byteLength(text)),
  tolower: onTexts((text) => text.toLowerCase()),
  toupper: onTexts(upper),
  reverse: onTexts((text) => Array.from(text).toReversed().join("")),
  replace: (call) => {
    const apply = replaceRegex(call);
    return (pattern = "", by = "", text = "") => apply(text, pattern, by);
  },
  replace_regex: replaceRegex,
  replace_string: onTexts((text, sought = "", by = "") =>
    sought === "" ? text : text.replaceAll(sought, () => by),
  ),
  replace_strings: onDynamics((text, sought, by) => {
    if (!Array.isArray(sought) || !Array.isArray(by)) return dynamicText(text);
    return sought.reduce<string>(
      (rest, part, i) => rest.replaceAll(dynamicText(part), () => dynamicText(by[i] ?? null)),
      dynamicText(text),
    );
  }),
  trim: onTexts((pattern, text = "") => trim(pattern, text, true, true)),
  trim_start: onTexts((pattern, text = "") => trim(pattern, text, true, false)),
  trim_end: onTexts((pattern, text = "") => trim(pattern, text, false, true)),
  countof: onTexts((text, sought = "", kind) => countOf(text, sought, kind)),
  strrep:
    (call) =>
    (value = "", times = 0, delimiter = "") => {
      const count = Math.max(0, Math.min(1024, Number(times)));
      return Array(count)
        .fill(toText(value, call.types[0] ?? "string"))
        .join(dynamicText(delimiter));
    },
  strcmp: onTexts(compareText),
  has_any_index: onDynamics((text, sought) => {
    if (!Array.isArray(sought)) return -1;
    return sought.findIndex((part) =>
      dynamicText(text).toLowerCase().includes(dynamicText(part).toLowerCase()),
    );
  }),
  base64_decode_tostring: onTexts(base64Decode),
  base64_decodestring: onTexts(base64Decode),
  base64_encode_tostring: onTexts((text) => Buffer.from(text, "utf8").toString("base64")),
  base64_encodestring: onTexts((text) => Buffer.from(text, "utf8").toString("base64")),
  url_decode: onTexts(urlDecode),
  url_encode: onTexts((text) => encodeURIComponent(text)),
  url_encode_component: onTexts((text) => encodeURIComponent(text)),
  parse_url: onTexts(parseUrl),
  parseurl: onTexts(parseUrl),
  parse_csv: onTexts((text) => parseCsv(text)),
  parse_path: onTexts(parsePath),
  parse_version: onTexts((text) => {
    if (!/^\d+(?:\.\d+){0,3}$/.test(text)) return null;
    const parts = text.split(".").map(Number);
    return [0, 1, 2, 3].reduce((sum, i) => sum * 100_000_000 + (parts[i] ?? 0), 0);
  }),
  isascii: onTexts((text) => codePoints(text).every((code) => code < 128)),
  unicode_codepoints_from_string: onTexts((text) => codePoints(text)),
  to_utf8: onTexts((text) => codePoints(text)),
  make_string: onDynamics((...codes) => String.fromCodePoint(...codes.flat().map(Number))),
  unicode_codepoints_to_string: onDynamics((...codes) =>
    String.fromCodePoint(...codes.flat().map(Number)),
  ),
  regex_quote: onTexts((text) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)),
  extract_json: extractJson,
  extractjson: extractJson,
};

function parseCsv(text: string): Dynamic {
  const line = text.split(/\r?\n/)[0] ?? "";
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain,
  );
}

function parsePath(text: string): Dynamic {
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1] ?? "";
  const at = Math.max(text.lastIndexOf("/"), text.lastIndexOf("\\"));
  const file = text.slice(at + 1);
  const directory = at < 0 ? "" : text.slice(0, at);
  return {
    Scheme: scheme,
    RootPath: /^[a-z]:/i.exec(text)?.[0] ?? "",
    DirectoryPath: directory,
    DirectoryName: directory.split(/[\\/]/).at(-1) ?? "",
    Filename: file,
    Extension: file.includes(".") ? (file.split(".").at(-1) ?? "") : "",
    AlternateDataStreamName: "",
  };
}

/** The subset of JSONPath that the service documents: `$.a.b[0]['c']`. */
function jsonPath(path: string, text: string): KqlValue {
  let value: Dynamic = parseJson(text) ?? null;
  for (const match of path.matchAll(/\.([^.[]+)|\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g)) {
    const [, plain, single, double, index] = match;
    if (index !== undefined) value = Array.isArray(value) ? (value[Number(index)] ?? null) : null;
    else value = isBag(value) ? (entry(value, plain ?? single ?? double ?? "") ?? null) : null;
  }
  return typeof value === "string" ? value : value === null ? "" : toText(value, "dynamic");
}
