/** Functions that hunting queries use now and then. */
import { createHash } from "node:crypto";

import { keyOf } from "../compare.ts";
import { dynamicText, isInt64, toText } from "../convert.ts";
import { add, subtract } from "../int64.ts";
import { regexOf } from "../regex.ts";
import type { Dynamic } from "../values.ts";
import { type FunctionTable, type ScalarFunction, onDynamics, onTexts } from "./define.ts";
import { parseXml } from "./xml.ts";

const setOf = (value: Dynamic): Set<unknown> =>
  new Set(Array.isArray(value) ? value.map(keyOf) : []);

const sharedCount = (a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): number =>
  [...a].filter((item) => b.has(item)).length;

/** Windows' rules: blanks part arguments, quotes keep them together, `\"` is a quote. */
function commandLine(text: string): string[] {
  const found: string[] = [];
  let current = "";
  let isOpen = false;
  let isQuoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character === "\\" && text.charAt(i + 1) === '"') {
      current += '"';
      i += 1;
      isOpen = true;
    } else if (character === '"') {
      isQuoted = !isQuoted;
      isOpen = true;
    } else if (/\s/.test(character) && !isQuoted) {
      if (isOpen) found.push(current);
      current = "";
      isOpen = false;
    } else {
      current += character;
      isOpen = true;
    }
  }
  return isOpen ? [...found, current] : found;
}

function translate(from: string, to: string, text: string): string {
  const [search, replacement] = [Array.from(from), Array.from(to)];
  return Array.from(text)
    .map((character) => {
      const at = search.indexOf(character);
      return at < 0 ? character : (replacement[Math.min(at, replacement.length - 1)] ?? "");
    })
    .join("");
}

const UNITS = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];

function formatBytes(value: Dynamic, precision: Dynamic, units: Dynamic): string {
  if (!isInt64(value)) return "";
  const wanted = UNITS.indexOf(dynamicText(units));
  const bytes = Number(value);
  const size = Math.max(1, Math.abs(bytes));
  const power = wanted >= 0 ? wanted : Math.min(UNITS.length - 1, Math.floor(Math.log2(size) / 10));
  const scaled = bytes / 1024 ** power;
  const places = Math.max(0, Number(precision));
  return `${Number(scaled.toFixed(places))} ${UNITS[power] ?? ""}`;
}

function urlQuery(text: string): Dynamic {
  const pairs = new URLSearchParams(text.replace(/^[^?]*\?/, "").replace(/#.*$/, ""));
  return { "Query Parameters": Object.fromEntries(pairs) };
}

/** Whether a value is at most `delta` away from the middle. */
const around: ScalarFunction =
  () =>
  (value = null, center = null, delta = null) =>
    isInt64(value) && isInt64(center) && isInt64(delta)
      ? value >= subtract(center, delta) && value <= add(center, delta)
      : null;

const stableHash = (text: string): number => {
  const digest = createHash("sha256").update(text).digest();
  return Number(digest.readBigUInt64BE(0) & 0x1f_ff_ff_ff_ff_ff_ffn);
};

const hashOf: ScalarFunction =
  (call) =>
  (value = null, modulus = null) => {
    const hash = stableHash(toText(value, call.types[0] ?? "string"));
    return isInt64(modulus) && Number(modulus) > 0 ? hash % Number(modulus) : hash;
  };

const bytesOf = (text: string): number[] => [...Buffer.from(text, "base64")];

export const seldomFunctions: FunctionTable = {
  parse_xml: onTexts(parseXml),
  parse_command_line: onTexts((text) => (text === "" ? null : commandLine(text))),
  parse_urlquery: onTexts(urlQuery),
  parseurlquery: onTexts(urlQuery),
  indexof_regex: onTexts((text, pattern = "") => text.search(regexOf(pattern))),
  translate: onTexts((from, to = "", text = "") => translate(from, to, text)),
  isutf8: onTexts(() => true),
  base64_decode_toarray: onTexts((text) => bytesOf(text)),
  base64_encode_fromarray: onDynamics((bytes = null) =>
    Array.isArray(bytes) ? Buffer.from(bytes.map(Number)).toString("base64") : "",
  ),
  format_bytes: onDynamics((value = null, precision = 0, units = "") =>
    formatBytes(value, precision, units),
  ),
  array_strcat: onDynamics((list = null, delimiter = "") =>
    Array.isArray(list) ? list.map(dynamicText).join(dynamicText(delimiter)) : "",
  ),
  set_equals: onDynamics((a = null, b = null) => {
    const [x, y] = [setOf(a), setOf(b)];
    return x.size === y.size && sharedCount(x, y) === x.size;
  }),
  jaccard_index: onDynamics((a = null, b = null) => {
    const [x, y] = [setOf(a), setOf(b)];
    const common = sharedCount(x, y);
    const all = x.size + y.size - common;
    return all === 0 ? Number.NaN : common / all;
  }),
  estimate_data_size:
    (call) =>
    (...values) =>
      values.reduce<number>(
        (sum, value, i) => sum + toText(value, call.types[i] ?? "string").length,
        0,
      ),
  hash_xxhash64: hashOf,
  hash_combine: onDynamics((...values) => stableHash(values.map(dynamicText).join(" "))),
  around,
  assert:
    (call) =>
    (condition = null) =>
      condition === true ? true : call.refuse("The assertion does not hold."),
};
