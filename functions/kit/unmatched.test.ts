/** What is said where no endpoint's route fits, under the host's rule that the first function by name wins. */
import { HttpRequest, InvocationContext } from "@azure/functions";
import { expect, test } from "vitest";
import { z } from "zod";

import { Problem } from "../../shared/schemas/problem.ts";
import { triggers } from "../contents.ts";
import { UNMATCHED, unmatchedHandler } from "./unmatched.ts";

const { endpoints } = triggers;
const handler = unmatchedHandler(endpoints, "https://socmate.example");

async function ask(method: string, path: string) {
  const context = new InvocationContext({ invocationId: "inv-1", functionName: UNMATCHED });
  const url = `http://127.0.0.1${path}`;
  const body = method === "POST" ? { body: { string: "{}" } } : {};
  const reply = await handler(new HttpRequest({ method, url, ...body }), context);
  const headers = new Headers(Object.entries(Object(reply.headers)));
  return {
    status: reply.status,
    headers,
    problem: Problem.parse(JSON.parse(z.string().parse(reply.body))),
  };
}

// The host takes the first function by name whose route fits: a catch-all before others would swallow them.
test("its name comes after every other function's", () => {
  const names = [...endpoints, ...triggers.jobs, ...triggers.workers].map(({ name }) => name);
  expect(names.filter((name) => name.toLowerCase() >= UNMATCHED)).toEqual([]);
});

test.each([
  ["GET", "/api/v1/nothing", /openapi/],
  ["POST", "/api/v1/schedules/sch_1/stop", /openapi/],
  ["GET", "/api/v1/incidents/abc", /whole number/],
  ["PATCH", "/api/v1/incidents/12x", /whole number/],
  // What the host takes for no number although it is one: "takes GET and PATCH, not GET" would help nobody.
  ["GET", `/api/v1/incidents/${2 ** 31}`, /2147483647/],
  ["POST", "/api/v1/incidents/9007199254740993/enrich", /2147483647/],
])("404 as problem+json: %s %s", async (method, path, words) => {
  const { status, headers, problem } = await ask(method, path);
  expect(status).toBe(404);
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(headers.get("access-control-allow-origin")).toBe("https://socmate.example");
  expect(problem).toMatchObject({ code: "not-found", instance: path, trace_id: "inv-1" });
  expect(problem.detail).toMatch(words);
});

test.each([
  ["DELETE", "/api/v1/incidents", "GET"],
  ["POST", "/api/v1/incidents/7", "GET, PATCH"],
  ["PUT", "/API/V1/Schedules/", "GET, POST"],
  ["GET", "/api/mcp", "POST"],
])("405 that names the methods: %s %s", async (method, path, allow) => {
  const { status, headers, problem } = await ask(method, path);
  expect(status).toBe(405);
  expect(headers.get("allow")?.split(", ").toSorted().join(", ")).toBe(allow);
  expect(problem).toMatchObject({ code: "method-not-allowed" });
});
