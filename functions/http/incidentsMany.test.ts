import { beforeEach, describe, expect, test } from "vitest";

import * as incidents from "../../shared/repositories/incidents.ts";
import * as providers from "../../shared/repositories/providers.ts";
import type { Json } from "../../shared/schemas/json.ts";
import { drain, testDeps, type TestDeps } from "../../shared/testing/deps.ts";
import {
  anIncident,
  aPrincipal,
  aProvider,
  TENANT,
  WORKSPACE,
} from "../../shared/testing/fixtures.ts";
import { call, type TestRequest } from "../../shared/testing/http.ts";
import { incidentsBulk, incidentsExport } from "./incidentsMany.ts";

const analyst = aPrincipal("analyst");
let deps: TestDeps;

beforeEach(async () => {
  deps = testDeps();
  await providers.create(deps.documents, aProvider());
});

const put = async (...records: ReturnType<typeof anIncident>[]): Promise<void> => {
  for (const record of records) await incidents.create(deps, record, []);
};
const bulk = (body: Json, more: TestRequest = {}) =>
  call(incidentsBulk, deps, { as: analyst, body, ...more });
const stored = async (number: number) =>
  (await incidents.read(deps.documents, TENANT, `${WORKSPACE}:${number}`))?.record;
const exported = (query: TestRequest["query"] = {}, as = analyst) =>
  call(incidentsExport, deps, { as, query });

describe("POST /api/v1/incidents/bulk", () => {
  test("200: each number has its result, in order; what fails keeps nothing else from changing", async () => {
    await put(
      anIncident({ number: 1, tags: ["old", "vip"] }),
      anIncident({ number: 2, local_status: "waiting", tags: ["new"] }),
    );
    const reply = await bulk({
      numbers: [2, 99, 1, 1],
      local_status: "waiting",
      add_tags: ["new"],
      remove_tags: ["old"],
    });
    expect(reply).toMatchObject({
      status: 200,
      json: {
        items: [
          { number: 2, result: "unchanged" },
          { number: 99, result: "failed", error: { code: "not-found" } },
          { number: 1, result: "changed" },
        ],
        changed: 1,
        unchanged: 1,
        failed: 1,
      },
    });
    expect(await stored(1)).toMatchObject({ local_status: "waiting", tags: ["vip", "new"] });
    expect(await drain(deps.queue, "audit")).toHaveLength(1);
  });

  // Two analysts tag the same incidents at the same time: neither tag may be lost.
  test("200: tags added by two bulks at once are all there", async () => {
    await put(...[1, 2, 3, 4].map((number) => anIncident({ number })));
    const numbers = [1, 2, 3, 4];
    await Promise.all(["a", "b", "c"].map((tag) => bulk({ numbers, add_tags: [tag] })));
    for (const number of numbers) {
      expect((await stored(number))?.tags.toSorted()).toEqual(["a", "b", "c"]);
    }
  });

  test("200: another tenant's incident fails as an absent one does", async () => {
    await put(anIncident({ number: 1 }));
    const as = aPrincipal("admin", { tenant_id: "fabrikam" });
    const body = { numbers: [1], local_status: "resolved" };
    expect((await bulk(body, { as })).json).toMatchObject({
      items: [{ result: "failed", error: { code: "not-found", detail: "No such incident." } }],
    });
    expect((await stored(1))?.local_status).toBe("new");
  });

  test("200: more tags than an incident holds are refused for that incident only", async () => {
    const tags = Array.from({ length: 50 }, (_, i) => `tag-${i}`);
    await put(anIncident({ number: 1, tags }), anIncident({ number: 2 }));
    const reply = await bulk({ numbers: [1, 2], add_tags: ["one more"] });
    expect(reply.json).toMatchObject({
      items: [{ result: "failed", error: { code: "invalid-fields" } }, { result: "changed" }],
    });
  });

  const bad: [string, Json, string][] = [
    ["nothing to change", { numbers: [1] }, ""],
    ["no numbers", { numbers: [], local_status: "new" }, "/numbers"],
    ["101 numbers", { numbers: Array.from({ length: 101 }, (_, i) => i), tags: [] }, "/numbers"],
    ["2^53", { numbers: [2 ** 53], tags: [] }, "/numbers/0"],
    ["tags and add_tags", { numbers: [1], tags: [], add_tags: ["a"] }, "/tags"],
    ["notes", { numbers: [1], tags: [], notes: "x" }, "/notes"],
  ];
  test.each(bad)("422: %s", async (_name, body, pointer) => {
    expect(await bulk(body)).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
  });

  test("403: a viewer", async () => {
    const body = { numbers: [1], tags: [] };
    expect(await bulk(body, { as: aPrincipal("viewer") })).toMatchObject({ status: 403 });
  });
});

describe("GET /api/v1/incidents/export.csv", () => {
  test("200: what the filter chooses, over pages, as CSV in the asked order", async () => {
    await put(
      ...Array.from({ length: 1100 }, (_, number) =>
        anIncident({ number, severity: number % 2 === 0 ? "low" : "high" }),
      ),
    );
    const reply = await exported({ severity: "high", sort: "number" });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(reply.headers.get("content-disposition")).toBe('attachment; filename="incidents.csv"');
    const [head, ...lines] = reply.text.trimEnd().split("\r\n");
    expect(head).toMatch(/^\uFEFF?number,title,/);
    const numbers = lines.map((line) => Number(line.split(",")[0]));
    expect(numbers).toEqual(Array.from({ length: 550 }, (_, i) => 2 * i + 1));
  });

  // The title is whatever the sender of a mail wrote.
  test("200: a formula in a title is text", async () => {
    await put(anIncident({ title: '=HYPERLINK("http://evil.example")' }));
    expect((await exported()).text).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
  });

  test("200: another tenant's export holds the head only", async () => {
    await put(anIncident());
    const reply = await exported({}, aPrincipal("admin", { tenant_id: "fabrikam" }));
    expect(reply.text.trimEnd().split("\r\n")).toHaveLength(1);
  });

  test("422: limit, offset and unknown providers, before anything is sent", async () => {
    for (const query of [{ limit: 5 }, { offset: 5 }, { provider: "nobody" }]) {
      expect(await exported(query)).toMatchObject({ status: 422 });
    }
  });

  test("401: nobody is signed in", async () => {
    expect(await call(incidentsExport, deps)).toMatchObject({ status: 401 });
  });
});
