import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import os from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { servePage } from "./page.ts";

const directory = mkdtempSync(path.join(os.tmpdir(), "page-"));
mkdirSync(path.join(directory, "assets"));
writeFileSync(path.join(directory, "index.html"), "the page");
writeFileSync(path.join(directory, "assets", "a.js"), "the script");
writeFileSync(path.join(directory, "..", "outside.txt"), "a secret");

let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer((request, response) => {
    if (!servePage(directory, { sign_in: "local" }, request, response)) {
      response.writeHead(404).end("not the page's");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(() => server.close());

const textOf = async (route: string) => (await fetch(url + route)).text();

// A reload of any address of the page must show that page again.
test.each(["/", "/incidents/5", "/admin/siem-providers", "/sessions/ses_1?claim=2"])(
  "%s is the page",
  async (route) => {
    expect(await textOf(route)).toBe("the page");
  },
);

test.each(["/api/v1/me", "/local/users", "/API/health"])("%s is not the page's", async (route) => {
  expect(await textOf(route)).toBe("not the page's");
});

test("assets are themselves, and nothing outside the folder is served", async () => {
  expect(await textOf("/assets/a.js")).toBe("the script");
  for (const route of ["/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/%"]) {
    expect(await textOf(route)).toBe("the page");
  }
});

// An old page asks for scripts that a new build has not; the page itself in their place, kept for a year, is a broken app.
test("a script that is not there is not answered with the page", async () => {
  const response = await fetch(`${url}/assets/old.js`);
  expect(response.status).toBe(404);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.text()).toContain("load the page again");
});

test("a page that is being built anew is told in words", async () => {
  const index = path.join(directory, "index.html");
  renameSync(index, `${index}.away`);
  const response = await fetch(`${url}/incidents`);
  renameSync(`${index}.away`, index);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("being built");
  expect(await textOf("/incidents")).toBe("the page");
});

test("scripts of other places are forbidden by the page's policy", async () => {
  const response = await fetch(url);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'self'");
});
