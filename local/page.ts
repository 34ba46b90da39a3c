/** Serves the built page: files of web/dist, and index.html for every route of the page. */
import { createReadStream, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
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
  const asset = assetOf(directory, pathname);
  const file = asset ?? path.join(directory, "index.html");
  response.writeHead(200, {
    ...HEADERS,
    "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
    "cache-control": pathname.startsWith("/assets/")
      ? "public, max-age=31536000, immutable"
      : "no-cache",
  });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
  return true;
}

/** The file that the path names inside the directory; `undefined` for a route of the page. */
function assetOf(directory: string, pathname: string): string | undefined {
  let file: string;
  try {
    file = path.join(directory, path.normalize(decodeURIComponent(pathname)));
  } catch {
    return undefined;
  }
  if (!file.startsWith(directory + path.sep)) return undefined;
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : undefined;
}
