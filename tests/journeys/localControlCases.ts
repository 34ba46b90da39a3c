/** The local controls: the shapes that they promise, what they refuse, and whom. They need a product that has a story. */
import http from "node:http";

import { expect, test } from "vitest";
import { z } from "zod";

import { QueueName } from "../../shared/schemas/messages.ts";
import { Problem } from "../../shared/schemas/problem.ts";
import type { Product } from "../product/product.ts";

const ANALYST = "analyst@contoso.example";
const ADMIN = "admin@contoso.example";

export const Timers = z.object({
  timers: z.array(z.object({ name: z.string(), schedule: z.string(), nextDue: z.iso.datetime() })),
});

const CONTROLS = [
  [
    "/local/users",
    z.object({
      users: z
        .array(
          z.object({
            user: z.email(),
            name: z.string(),
            tenant: z.string(),
            roles: z.array(z.string()),
          }),
        )
        .length(6),
    }),
  ],
  ["/local/clock", z.object({ now: z.iso.datetime() })],
  ["/local/timers", Timers],
  ["/local/faults", z.object({ faults: z.array(z.unknown()).length(0) })],
  [
    "/local/tenant",
    z.object({
      families: z.array(z.string()).min(2),
      stories: z.array(z.object({ family: z.string() })).length(1),
      tables: z.record(z.string(), z.int().positive()),
    }),
  ],
  [
    "/local/stats",
    z.object({
      timers: z.array(z.object({ name: z.string() })).min(3),
      queues: z.record(
        QueueName,
        z.object({ active: z.int(), scheduled: z.int(), dead: z.literal(0) }),
      ),
      sync_age_seconds: z.number().nonnegative(),
    }),
  ],
] as const;

/** `fetch` sets Host and Origin by itself. */
const statusWith = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const options = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    const request = http.request(`${url}/local/token`, options, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", reject).end(JSON.stringify({ user: ADMIN }));
  });

/** @param product is asked while one story, with this incident number, has been played in it. */
export function localControlCases(product: () => Product, number: () => number): void {
  test.each(CONTROLS)("GET %s answers the shape that it promises", async (path, shape) => {
    expect(
      shape.safeParse(await product().ask(undefined, "GET", path)).error?.issues,
    ).toBeUndefined();
  });

  test("the local controls refuse what does not exist or makes no sense", async () => {
    const tries = [
      ["POST", "/local/token", { user: "nobody@contoso.example" }, 404],
      ["POST", "/local/token", {}, 422],
      ["POST", "/local/clock", { advance: "-PT1H" }, 422],
      ["POST", "/local/clock", { advance: "soon" }, 422],
      ["POST", "/local/timers/no-such-timer", undefined, 404],
      ["POST", "/local/tenant/stories", { family: "weather", truth: "true_positive" }, 422],
      ["POST", "/local/faults", { target: "moon", kind: "status" }, 422],
      ["GET", `/local/tenant/truth/${number()}`, undefined, 401],
      ["GET", "/local/nothing", undefined, 404],
    ] as const;
    for (const [method, path, body, status] of tries) {
      const reply = await product().call(undefined, method, path, body);
      expect([path, reply.status, Problem.parse(reply.json).status]).toEqual([
        path,
        status,
        status,
      ]);
    }
    const truth = await product().call(ANALYST, "GET", `/local/tenant/truth/${number()}`);
    expect(truth.status).toBe(403);
  });

  // It mints admin tokens: a page of another site, or one that rebinds its name to loopback, must not reach it.
  test("the local controls answer to this machine only", async () => {
    const own = new URL(product().url).host;
    expect(await statusWith(product().url, { origin: product().url })).toBe(200);
    expect(await statusWith(product().url, { host: own })).toBe(200);
    for (const origin of ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
      expect([origin, await statusWith(product().url, { origin })]).toEqual([origin, 403]);
    for (const host of ["evil.example", "127.0.0.1.evil.example", "0.0.0.0", "evil.example:80"])
      expect([host, await statusWith(product().url, { host })]).toEqual([host, 403]);
  });
}
