/** Reads a request target as the real host's web server does: path decoded once, dot segments resolved. */

export interface RequestTarget {
  /** Decoded, `%2F` kept as it is; what routes are matched against. */
  path: string;
  /** Still encoded, dot segments resolved; what the function's `request.url` shows. */
  rawPath: string;
  /** With its question mark, characters that a URL may not hold encoded; empty when there is none. */
  query: string;
}

const PLAIN_PATH = /^\/[\w\-~@!$&'()*+,;=:/]*$/;

/** Undefined when the web server refuses the target with 400. */
export function readTarget(target: string): RequestTarget | undefined {
  if (/[^\x21-\x7e]/.test(target)) return undefined;
  const local = target.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = local.indexOf("?");
  const rawPath = mark < 0 ? local : local.slice(0, mark);
  const query = mark < 0 ? "" : encodeQuery(local.slice(mark));
  if (PLAIN_PATH.test(rawPath)) return { path: rawPath, rawPath, query };
  const resolved = resolveDots(rawPath === "" ? "/" : rawPath);
  const path = decodePath(resolved);
  return path.includes("\0") ? undefined : { path, rawPath: encodePath(resolved), query };
}

const isDot = (segment: string): boolean => /^(?:\.|%2e)$/i.test(segment);
const isDotDot = (segment: string): boolean => /^(?:\.|%2e){2}$/i.test(segment);

function resolveDots(path: string): string {
  const segments = path.split("/");
  if (!segments.some((segment) => isDot(segment) || isDotDot(segment))) return path;
  const kept: string[] = [];
  for (const segment of segments.slice(1)) {
    if (isDotDot(segment)) kept.pop();
    else if (!isDot(segment)) kept.push(segment);
  }
  const last = segments.at(-1) ?? "";
  if (isDot(last) || isDotDot(last)) kept.push("");
  return `/${kept.join("/")}`;
}

/** Decodes valid UTF-8 escapes once. A slash and what is not valid UTF-8 stay encoded. */
function decodePath(path: string): string {
  return path.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    escapes
      .split(/(%2f)/i)
      .map((part) => (/^%2f$/i.test(part) ? part : decodeValid(part)))
      .join(""),
  );
}

/** Decodes escapes; one that is not valid UTF-8 leaves the run as it is. */
function decodeValid(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

/** Decodes one key or value of a query as the host does for route data: `+` is a space, a bad escape stays. */
export function decodeQueryPart(text: string): string {
  const spaced = text.replaceAll("+", " ");
  return spaced.includes("%") ? spaced.replaceAll(/(?:%[0-9a-f]{2})+/gi, decodeValid) : spaced;
}

const encode = (text: string): string =>
  `%${text.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
const encodeQuery = (query: string): string =>
  query.replaceAll(/%(?![0-9a-f]{2})/gi, "%25").replaceAll(/["<>\\^`{|}]/g, encode);
const encodePath = (path: string): string =>
  path.replaceAll(/%(?![0-9a-f]{2})/gi, "%25").replaceAll(/["<>\\^`{|}#]/g, encode);
