/** The page on Azure behaves as the one that the local run serves. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { servePage } from "../../local/page.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const config = JSON.parse(
  readFileSync(path.join(ROOT, "web/public/staticwebapp.config.json"), "utf8"),
);

/** Headers of the local run for these paths. */
async function localHeaders(paths: readonly string[]): Promise<Headers[]> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "page-"));
  writeFileSync(path.join(directory, "index.html"), "<!doctype html>");
  mkdirSync(path.join(directory, "assets"));
  writeFileSync(path.join(directory, "assets", "a.js"), "0;");
  const server = createServer((request, response) => {
    if (!servePage(directory, {}, request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const found: Headers[] = [];
  for (const at of paths) {
    const reply = await fetch(`http://127.0.0.1:${port}${at}`);
    await reply.arrayBuffer();
    found.push(reply.headers);
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
  return found;
}

// A header that only one of them sends is a protection that was never tried, or one that is missing on Azure.
test("both send the same security headers; on Azure the API is at an address of its own", async () => {
  const [page] = await localHeaders(["/"]);
  const own = new Set(["content-type", "cache-control", "connection", "date", "keep-alive"]);
  const sent = [...(page ?? [])].filter(([name]) => !own.has(name) && name !== "transfer-encoding");
  const here = Object.fromEntries(sent);
  const policy = "content-security-policy";
  expect(config.globalHeaders).toEqual({
    ...here,
    [policy]: here[policy]?.replace("connect-src 'self'", "connect-src 'self' https:"),
  });
});

// A stale config.json would send people to the API and the sign-in of an earlier deployment.
test("both let the browser keep what is named by its content, and never the configuration", async () => {
  const [asset, settings] = await localHeaders(["/assets/a.js", "/config.json"]);
  const routes = new Map<string, Record<string, string>>(
    config.routes.map(({ route, headers }: { route: string; headers: object }) => [route, headers]),
  );
  expect(routes.get("/assets/*")?.["cache-control"]).toBe(asset?.get("cache-control"));
  expect(routes.get("/config.json")?.["cache-control"]).toBe(settings?.get("cache-control"));
});

// Without the fallback a reloaded incident is 404; with one for files, a missing script would be a page of HTML.
test("the page's routes fall back to index.html, its files do not", () => {
  expect(config.navigationFallback.rewrite).toBe("/index.html");
  expect(config.navigationFallback.exclude).toEqual(["/assets/*", "/config.json"]);
});

test("azd prepares the packages on every system with the same commands", () => {
  const text = readFileSync(path.join(ROOT, "azure.yaml"), "utf8");
  const [, posix, windows] =
    /posix:\s+shell: sh\s+run: (.+)\s+windows:\s+shell: pwsh\s+run: (.+)/.exec(text) ?? [];
  expect(posix).toContain("npm run package");
  expect(windows).toBe(posix);
});
