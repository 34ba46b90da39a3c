import { createServer, type Server } from "node:http";

import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { control, serveControls } from "./router.ts";

const controls = [
  control({ method: "GET", path: "/things/{name}", handle: async ({ params }) => params }),
  control({
    method: "POST",
    path: "/things",
    body: z.strictObject({ n: z.int() }),
    handle: async ({ body }) => body,
  }),
];

let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer((request, response) => void serveControls(controls, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(() => server.close());

const ask = (path: string, init?: RequestInit) => fetch(url + path, init);

test("200: a value of the path arrives decoded", async () => {
  expect(await (await ask("/local/things/a%20b")).json()).toEqual({ name: "a b" });
});

test.each(["/local/%", "/local/things/%E0%A4%A", "/local/nothing"])("404: %s", async (path) => {
  expect((await ask(path)).status).toBe(404);
});

test.each([
  ["400", "{"],
  ["422", '{"n":"x"}'],
  ["422", '{"n":1,"m":2}'],
])("%s: a body %s", async (status, body) => {
  expect((await ask("/local/things", { method: "POST", body })).status).toBe(Number(status));
});

// These controls mint admin tokens: no page but the product's own may reach them from a browser.
test.each<[string, Record<string, string>]>([
  ["another site", { origin: "https://evil.example" }],
  ["another port of this machine", { origin: "http://127.0.0.1:9" }],
  ["a sandboxed page", { origin: "null" }],
  ["a cross-site request without Origin", { "sec-fetch-site": "cross-site" }],
])("403: %s", async (_, headers) => {
  expect((await ask("/local/things/a", { headers })).status).toBe(403);
});

test("200: the product's own page", async () => {
  expect((await ask("/local/things/a", { headers: { origin: url } })).status).toBe(200);
});
