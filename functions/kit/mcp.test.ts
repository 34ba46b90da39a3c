/** What a tool answers when its endpoint fails. The protocol itself is in tests/integrations/mcpCases.ts. */
import { expect, test } from "vitest";
import { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import { testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { mcp } from "../http/mcp.ts";
import { endpoint } from "./endpoint.ts";
import { mcpEndpoint, tool } from "./mcp.ts";

const notesGet = (fail: () => never) =>
  endpoint({
    name: "notes-get",
    method: "GET",
    route: "v1/notes",
    permission: "incidents:read",
    summary: "An endpoint of this test.",
    reply: z.object({ text: z.string() }),
    handle: async () => fail(),
  });

async function useFailing(fail: () => never, input = {}) {
  const deps = testDeps();
  const read = tool({
    name: "read_notes",
    description: "A tool of this test.",
    isReadOnly: true,
    input: z.strictObject({}),
    endpoint: notesGet(fail),
    request: () => ({}),
  });
  const body = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "read_notes", arguments: input },
  };
  const reply = await call(mcpEndpoint([read], "None."), deps, { as: aPrincipal(), body });
  return { reply, events: deps.log.events() };
}

function misread(): never {
  throw z.string().safeParse(7).error ?? new Error("It parsed.");
}

// The protocol's library puts the message of whatever is thrown into its answer, and nothing into our log.
test("a bug tells the client nothing of the inside, and the log everything", async () => {
  const { reply, events } = await useFailing(() => {
    throw new TypeError("secret of the inside");
  });
  expect(reply.text).not.toContain("secret");
  expect(reply.json).toMatchObject({ result: { isError: true } });
  expect(reply.text).toContain("internal: ");
  expect(events).toContain("mcp.failed");
});

// A record that cannot be read is no mistake in the arguments: the model would try again and again.
test("a shape that fails within the endpoint is not blamed on the arguments", async () => {
  const { reply } = await useFailing(misread);
  expect(reply.text).toContain("internal: ");
  expect((await useFailing(misread, { none: 1 })).reply.text).toContain("invalid-fields: ");
});

test("an outage is told to both, a refusal to the client alone", async () => {
  const away = await useFailing(() => {
    throw new AppError("store-unavailable", "The store does not answer.");
  });
  expect(away.reply.text).toContain("store-unavailable: The store does not answer.");
  expect(away.events).toContain("mcp.failed");
  const absent = await useFailing(() => {
    throw new AppError("not-found", "There is no such note.");
  });
  expect(absent.reply.text).toContain("not-found: ");
  expect(absent.events).not.toContain("mcp.failed");
});

// A model mends what it is told in words; the validator's own words are about its code.
test.each([
  ["get_incident", {}, "number: This is missing: give a number."],
  ["get_incident", { number: 7.5 }, "number: This must be a whole number."],
  ["get_incident", { number: "7" }, "number: This must be a number."],
  ["get_incident", { number: 7, nr: 1 }, "nr: Unknown field."],
  ["list_incidents", { severity: ["severe"] }, /severity\.0: Choose one of .*high/],
  ["list_incidents", { timespan: "soon" }, /timespan: Give an ISO 8601 duration/],
  ["list_incidents", { limit: 1000 }, "limit: This must be at most 100."],
  ["validate_kql", { query: "" }, "query: This must not be empty."],
])("%s with %j says which argument is wrong in plain words", async (name, input, words) => {
  const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: input } };
  const reply = await call(mcp, testDeps(), { as: aPrincipal(), body });
  const { result } = Told.parse(reply.json);
  expect(result.isError).toBe(true);
  expect(result.content[0]?.text).toMatch(/^invalid-fields: The arguments are not valid\. \w/);
  expect(result.content[0]?.text).toMatch(words);
  expect(result.content[0]?.text).not.toMatch(/Invalid|expected|received|✖/);
});

const Told = z.object({
  result: z.object({ isError: z.boolean(), content: z.array(z.object({ text: z.string() })) }),
});

const nested = (depth: number) => {
  const params = `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  const body = `{"jsonrpc":"2.0","id":1,"method":"ping","params":${params}}`;
  return call(mcp, testDeps(), { as: aPrincipal(), body });
};

// Arguments are any JSON: 6 kB of brackets, from anybody who may sign in, were an error of ours in the log.
test("422: arguments that nest deeper than is looked into", async () => {
  expect((await nested(198)).status).toBe(200);
  for (const depth of [199, 100_000]) {
    expect((await nested(depth)).json).toMatchObject({
      status: 422,
      errors: [{ pointer: "/params" }],
    });
  }
});
