/** Route templates of the Functions host (ASP.NET Core attribute routing), compiled to regular expressions. */

export interface RouteTemplate {
  pattern: RegExp;
  /** Parameter names by capture group; one name may hold several groups, of which at most one captures. */
  names: readonly string[];
  /** Values of absent parameters, `{id=7}`. */
  defaults: Readonly<Record<string, string>>;
  /** Checks that a pattern cannot express; all must hold. */
  checks: readonly { name: string; test: (value: string) => boolean }[];
}

type Check = (value: string) => boolean;

const INTEGER = /^\s*[+-]?\d+\s*$/;
const isIntegerOf = (bits: number): Check => {
  const limit = 2n ** BigInt(bits - 1);
  return (value) => {
    if (!INTEGER.test(value)) return false;
    const number = BigInt(value.trim().replace(/^\+/, ""));
    return number >= -limit && number < limit;
  };
};
const GUID =
  /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\))$/i;
const NUMBER = /^\s*[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;
const isLong = isIntegerOf(64);
const isNumber: Check = (value) => NUMBER.test(value);

/** Inline constraints, https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints; `datetime` is not among them. */
const CONSTRAINTS: Record<string, (argument: string) => Check> = {
  int: () => isIntegerOf(32),
  long: () => isLong,
  guid: () => (value) => GUID.test(value),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  bool: () => (value) => /^\s*(?:true|false)\s*$/i.test(value),
  decimal: () => isNumber,
  double: () => isNumber,
  float: () => isNumber,
  required: () => (value) => value !== "",
  length: (argument) => {
    const [least = 0, most = least] = argument.split(",").map(Number);
    return (value) => value.length >= least && value.length <= most;
  },
  minlength: (argument) => (value) => value.length >= Number(argument),
  maxlength: (argument) => (value) => value.length <= Number(argument),
  min: (argument) => (value) => isLong(value) && BigInt(value.trim()) >= BigInt(argument),
  max: (argument) => (value) => isLong(value) && BigInt(value.trim()) <= BigInt(argument),
  range: (argument) => {
    const [least = "0", most = least] = argument.split(",");
    return (value) =>
      isLong(value) &&
      BigInt(value.trim()) >= BigInt(least) &&
      BigInt(value.trim()) <= BigInt(most);
  },
  regex: (argument) => {
    const pattern = new RegExp(argument, "i");
    return (value) => pattern.test(value);
  },
};

const PARAMETER =
  /\{(?<star>\*{0,2})(?<name>[^{}:=?*]+)(?<constraints>(?::[a-z]+(?:\((?:[^()]|\([^()]*\))*\))?)*)(?:=(?<preset>[^{}]*?))?(?<optional>\?)?\}/gi;
const CONSTRAINT = /:([a-z]+)(?:\(((?:[^()]|\([^()]*\))*)\))?/gi;

interface Parts {
  names: string[];
  defaults: Record<string, string>;
  checks: { name: string; test: Check }[];
}

/**
 * Compiles a template without leading slash, for example `api/p/{id:int}`.
 *
 * @throws Error for what stops the real host: an empty segment, an unclosed brace, an unknown constraint
 */
export function compileTemplate(template: string): RouteTemplate {
  const parts: Parts = { names: [], defaults: {}, checks: [] };
  const trimmed = template.replace(/\/$/, "");
  const segments = trimmed === "" ? [] : trimmed.split("/");
  let pattern = "";
  for (const segment of segments) {
    if (segment === "") throw new Error(`The route template '${template}' has an empty segment.`);
    pattern += compileSegment(segment, template, parts);
  }
  return { pattern: new RegExp(`^${pattern}/?$`, "is"), ...parts };
}

function compileSegment(segment: string, template: string, parts: Parts): string {
  const found = [...segment.matchAll(PARAMETER)];
  const literals = segment.split(PARAMETER_ONLY).map((text) => {
    if (/[{}]/.test(text))
      throw new Error(`The route template '${template}' has an incomplete parameter.`);
    return escape(text);
  });
  if (found.length === 0) return `/${literals.join("")}`;
  for (const { groups } of found) describe(groups ?? {}, template, parts);
  const names = found.map(({ groups }) => groups?.["name"] ?? "");
  const last = found.at(-1)?.groups ?? {};
  if (found.length === 1 && segment.startsWith("{") && segment.endsWith("}")) {
    parts.names.push(...names);
    // A catch-all takes the rest of the path with its slashes; a bare trailing slash leaves it absent.
    if (last["star"]) return "(?:/(.+)?)?";
    return last["optional"] || last["preset"] !== undefined ? "(?:/([^/]+))?" : "/([^/]+)";
  }
  return compileComplex(names, literals, last["optional"] !== undefined, parts);
}

/** Several parts in one segment, `{name}.{ext?}`: matched from the right, so the last separator divides. */
function compileComplex(
  names: string[],
  literals: string[],
  isLastOptional: boolean,
  parts: Parts,
): string {
  const [first = "", ...separators] = literals;
  const full = separators.map((separator) => `([^/]+)${separator}`).join("");
  parts.names.push(...names);
  if (!isLastOptional || names.length < 2) return `/${first}${full}`;
  parts.names.push(...names.slice(0, -1));
  const short = separators.slice(0, -2).map((separator) => `([^/]+)${separator}`);
  return `/(?:${first}${full}|${first}${short.join("")}([^/]+))`;
}

const PARAMETER_ONLY = new RegExp(PARAMETER.source.replaceAll(/\(\?<\w+>/g, "(?:"), "i");
const escape = (text: string): string => text.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&");

function describe(
  groups: Record<string, string | undefined>,
  template: string,
  parts: Parts,
): void {
  const name = groups["name"] ?? "";
  if (groups["preset"] !== undefined) parts.defaults[name] = groups["preset"];
  for (const [, kind = "", argument = ""] of (groups["constraints"] ?? "").matchAll(CONSTRAINT)) {
    const make = CONSTRAINTS[kind.toLowerCase()];
    if (make === undefined)
      throw new Error(`The route template '${template}' has an unknown constraint '${kind}'.`);
    parts.checks.push({ name, test: make(argument) });
  }
}

/** Route values of a path that fits, without absent parameters; undefined when it does not fit. */
export function matchTemplate(
  template: RouteTemplate,
  path: string,
): Record<string, string> | undefined {
  const groups = template.pattern.exec(path);
  if (groups === null) return undefined;
  const values: Record<string, string> = {};
  // From the right, as the real host fills them in.
  for (let index = template.names.length - 1; index >= 0; index--) {
    const value = groups[index + 1];
    const name = template.names[index];
    if (value !== undefined && name !== undefined) values[name] = value;
  }
  for (const { name, test } of template.checks) {
    const value = values[name];
    if (value !== undefined && !test(value)) return undefined;
  }
  return { ...template.defaults, ...values };
}
