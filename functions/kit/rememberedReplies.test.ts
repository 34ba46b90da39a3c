/** One answer for all who ask the same within a second: never another tenant's, never an old one. */
import { HttpRequest, InvocationContext } from "@azure/functions";
import { expect, test } from "vitest";
import { z } from "zod";

import { testDeps } from "../../shared/testing/deps.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { endpoint, toHttpHandler } from "./endpoint.ts";

function aQueue(isSharedReply = true) {
  const deps = testDeps();
  let made = 0;
  let meanwhile: (() => Promise<void>) | undefined;
  const declared = endpoint({
    name: "queue",
    method: "GET",
    route: "v1/queue",
    permission: "incidents:read",
    summary: "",
    isSharedReply,
    query: z.strictObject({ q: z.string().optional() }),
    reply: z.object({ made: z.number(), tenant: z.string() }),
    async handle({ principal }) {
      made += 1;
      await meanwhile?.();
      return { status: 200, body: { made, tenant: principal.tenant_id } };
    },
  });
  let as = aPrincipal();
  const handler = toHttpHandler(declared, deps, async () => as);
  const ask = async (search = "", tenant_id = "contoso", permissions = as.permissions) => {
    as = { ...aPrincipal(), tenant_id, permissions };
    const request = new HttpRequest({
      method: "GET",
      url: `http://localhost/api/v1/queue${search}`,
    });
    const reply = await handler(request, new InvocationContext({ invocationId: "i" }));
    const body = reply.body;
    const text = typeof body === "string" ? body : Buffer.from(body as Uint8Array).toString();
    return { status: reply.status, ...JSON.parse(text) };
  };
  const write = async (id: string): Promise<void> => {
    const doc = { id, type: "lease" };
    await deps.documents.batch("control", [id], [{ kind: "create", doc }]);
  };
  return { deps, ask, write, during: (work?: () => Promise<void>) => (meanwhile = work) };
}

test("the same question within a second is answered once", async () => {
  const { ask, deps } = aQueue();
  expect((await ask()).made).toBe(1);
  expect((await ask()).made).toBe(1);
  deps.clock.advance(1000);
  expect((await ask()).made).toBe(2);
});

// A change that a person just made must be in what the person reads next.
test("a write ends what is remembered, also one that came while the answer was made", async () => {
  const { ask, write, during } = aQueue();
  await ask();
  await write("a");
  expect((await ask()).made).toBe(2);
  during(() => write("b"));
  expect((await ask("?q=1")).made).toBe(3);
  during();
  expect((await ask("?q=1")).made).toBe(4);
});

// The worst of all: one tenant's incidents in another's queue.
test("tenants, questions and permissions are kept apart", async () => {
  const { ask } = aQueue();
  expect(await ask()).toMatchObject({ made: 1, tenant: "contoso" });
  expect(await ask("", "fabrikam")).toMatchObject({ made: 2, tenant: "fabrikam" });
  expect(await ask("?q=x")).toMatchObject({ made: 3 });
  expect(await ask("", "contoso", [])).toMatchObject({ status: 403 });
});

test("an endpoint that does not say so remembers nothing", async () => {
  const { ask } = aQueue(false);
  await ask();
  expect((await ask()).made).toBe(2);
});
