/** A world that bad input is sent to: who sends it, and whether a row was written. */
import { beforeAll, beforeEach, expect } from "vitest";

import { triggers } from "../../functions/contents.ts";
import { CONTOSO } from "../../local/demoTenants.ts";
import type { Role } from "../../shared/schemas/principal.ts";
import { ManualClock } from "../../shared/testing/deps.ts";
import { expectRefused } from "./nastyValues.ts";
import type { Records } from "./records.ts";
import { sampleOf } from "./samples.ts";
import { openTokenOffice, type TokenOffice } from "./tokens.ts";
import { type ApiReply, type ApiRequest, openWorld, type World } from "./world.ts";

/** Every endpoint with a title for its tests. */
export const endpoints = triggers.endpoints.map((endpoint) => ({
  ...endpoint,
  title: `${endpoint.method} ${endpoint.route}`,
}));
export type Each = (typeof endpoints)[number];

/** For one test file: opens the world before its tests, and anew after each that wrote into it. */
export function badInputWorld() {
  const clock = new ManualClock();
  let office: TokenOffice;
  let world: World;
  /** The rows as they were last looked at, and the version that they are of. */
  let seen = { version: -1, rows: "" };
  /** The version of a world in which nothing has happened yet. */
  let untouched = -1;
  beforeAll(async () => {
    office = await openTokenOffice(clock);
  });
  // A refusal leaves nothing behind, so that the next case finds the world as it was; anything else gets a new one.
  beforeEach(async () => {
    if (world !== undefined && world.version() === untouched) return;
    world = await openWorld(office, clock);
    for (const role of ["admin", "analyst", "viewer"] as const) await world.token(CONTOSO, role);
    untouched = world.version();
    seen = { version: untouched, rows: JSON.stringify(world.rows()) };
  });

  /** All rows, read anew only where something was written since. */
  function rows(): string {
    const version = world.version();
    if (version !== seen.version) seen = { version, rows: JSON.stringify(world.rows()) };
    return seen.rows;
  }

  /** The owner's good request with something changed; what it answered and whether a row was written. */
  async function send({ name, method }: Each, change: Partial<ApiRequest>) {
    const sample = sampleOf(name);
    const token = await world.token(CONTOSO, sample.role);
    const good = { method, path: sample.path(world.contoso), token };
    const before = rows();
    const reply = await world.request({ ...good, body: sample.body?.(world.contoso), ...change });
    return { reply, isStored: rows() !== before };
  }

  return {
    send,
    /** The records of the tenant that asks. */
    records: (): Records => world.contoso,
    /** Reads as a person of the tenant with the role. */
    get: async (role: Role, path: string): Promise<ApiReply> =>
      world.request({ method: "GET", path, token: await world.token(CONTOSO, role) }),
    /** Refused with a complete problem, which it answers, and nothing stored. */
    expectNothing: async (each: Each, change: Partial<ApiRequest>, status?: number) => {
      const { reply, isStored } = await send(each, change);
      const problem = expectRefused(reply, status);
      expect(isStored).toBe(false);
      return problem;
    },
    /** Whatever it was: never a failure of ours, and a refusal leaves nothing behind. */
    expectSound: async (each: Each, change: Partial<ApiRequest>): Promise<ApiReply> => {
      const { reply, isStored } = await send(each, change);
      if (reply.status >= 500 || reply.status === 429)
        throw new Error(`${reply.status} for ${JSON.stringify(change)}`);
      if (reply.status < 400) return reply;
      expectRefused(reply);
      expect(isStored).toBe(false);
      return reply;
    },
  };
}
