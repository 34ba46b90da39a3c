/** Serves the built page: files of web/dist, and index.html for every route of the page. */
import { readFileSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

const HEADERS = {
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

/** Answers GET and HEAD of anything outside `/api` and `/local`. `config` is what `/config.json` says. */
export function servePage(
  directory: string,
  config: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  if (/^\/(api|local)(\/|$)/i.test(pathname)) return false;
  if (pathname === "/config.json") {
    const headers = { ...HEADERS, "content-type": TYPES[".json"], "cache-control": "no-store" };
    response.writeHead(200, headers).end(JSON.stringify(config));
    return true;
  }
  const isAsset = pathname.startsWith("/assets/");
  const file = fileOf(directory, pathname) ?? path.join(directory, "index.html");
  const content = isAsset && file.endsWith("index.html") ? undefined : contentOf(file);
  if (content === undefined) {
    refuse(response, isAsset ? 404 : 503);
    return true;
  }
  response.writeHead(200, {
    ...HEADERS,
    "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
    "cache-control": isAsset ? "public, max-age=31536000, immutable" : "no-cache",
  });
  response.end(request.method === "HEAD" ? undefined : content);
  return true;
}

const REFUSALS = {
  404: "This part belongs to another version of the page: load the page again.",
  503: "The page is being built: try again in a few seconds.",
};

/** In words and never kept: an old page's script must not be answered with the new page for a year. */
function refuse(response: ServerResponse, status: keyof typeof REFUSALS): void {
  const headers = { ...HEADERS, "content-type": TYPES[".txt"], "cache-control": "no-store" };
  response.writeHead(status, headers).end(REFUSALS[status]);
}

/** `undefined` when it is gone: the folder is emptied while the page is built anew. */
function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** The file that the path names inside the directory; `undefined` for a route of the page. */
function fileOf(directory: string, pathname: string): string | undefined {
  let file: string;
  try {
    file = path.join(directory, path.normalize(decodeURIComponent(pathname)));
  } catch {
    return undefined;
  }
  if (!file.startsWith(directory + path.sep)) return undefined;
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : undefined;
}
