import { RestError } from "@azure/core-rest-pipeline";
import { expect, test } from "vitest";

import { seal } from "../../domain/sealing.ts";
import type { KeyWrapper } from "../../ports/keyWrapper.ts";
import { aProvider, NOW } from "../../testing/fixtures.ts";
import { createSentinel } from "./sentinel.ts";

/** Opens what it wrapped, unless told that the key is gone. */
const keys = (isLost = false): KeyWrapper => ({
  wrap: async (dataKey) => ({
    kid: "k",
    alg: "none",
    wrapped: Buffer.from(dataKey).toString("base64url"),
  }),
  unwrap: async ({ wrapped }) => {
    if (isLost) throw new Error("no such key");
    return Buffer.from(wrapped, "base64url");
  },
});

const bytes = (length: number) => Buffer.alloc(length, 7);

async function providerIn(cloud: "public" | "usgov" | "china") {
  const provider = aProvider({ cloud, auth: "client_secret" });
  const place = { tenant_id: provider.tenant_id, subject_id: provider.id, field: "client_secret" };
  return { ...provider, client_secret: await seal("a-secret", place, keys(), bytes) };
}

/** Hosts that a sync speaks to before it fails, because nothing answers. */
async function hostsAsked(cloud: "public" | "usgov" | "china"): Promise<string[]> {
  const hosts: string[] = [];
  const siem = createSentinel({
    clock: { now: () => new Date(NOW) },
    keys: keys(),
    retryDelayMs: 1,
    httpClient: {
      async sendRequest(request) {
        hosts.push(new URL(request.url).host);
        throw new RestError("nothing answers", { code: "ENOTFOUND", request });
      },
    },
  });
  const asked = siem.incident(await providerIn(cloud), 1, { from: NOW, to: NOW });
  await expect(asked).rejects.toMatchObject({ code: "siem-unavailable" });
  return [...new Set(hosts)];
}

// A secret of a sovereign cloud must never be sent to the public one.
test.each([
  ["public", "login.microsoftonline.com"],
  ["usgov", "login.microsoftonline.us"],
  ["china", "login.partner.microsoftonline.cn"],
] as const)("a provider of the %s cloud signs in at %s only", async (cloud, host) => {
  expect(await hostsAsked(cloud)).toEqual([host]);
});

test("a secret that cannot be opened is the provider's failure, in words for an administrator", async () => {
  const siem = createSentinel({ clock: { now: () => new Date(NOW) }, keys: keys(true) });
  const asked = siem.incident(await providerIn("public"), 1, { from: NOW, to: NOW });
  await expect(asked).rejects.toMatchObject({
    code: "siem-unavailable",
    detail: expect.stringContaining("must enter it again"),
  });
});
