import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, expect, test } from "vitest";

import { KeyVaultDouble } from "../../testing/doubles/keyVault/server.ts";
import { keyWrapperContract } from "../../testing/keyWrapper.contract.ts";
import { createKeyVaultKeyWrapper } from "./keyWrapper.ts";

const vault = new KeyVaultDouble();
beforeAll(() => vault.start());
afterAll(() => vault.stop());

let versions = 1;

const wrapper = (options: { callMs?: number } = {}) =>
  createKeyVaultKeyWrapper({
    keyUrl: vault.keyUrl,
    credential: {
      getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 3_600_000 }),
    },
    client: {
      disableChallengeResourceVerification: true,
      tlsOptions: { ca: vault.certificate },
      retryOptions: { maxRetries: 0 },
    },
    ...options,
  });

keyWrapperContract(() => ({
  wrapper,
  rotate: () => vault.rotate(`v${(versions += 1)}`),
}));

// A client per call would read the key's description for every secret that every sync opens.
test("a version's description is read once, however many secrets it opens", async () => {
  const keys = wrapper();
  const wrapped = await keys.wrap(randomBytes(32));
  const before = vault.requests.length;
  for (let opened = 0; opened < 3; opened += 1) await keys.unwrap(wrapped);
  expect(vault.requests.slice(before)).toEqual(["GET key", ...Array(3).fill("POST unwrapkey")]);
});

// A kept client would name the old version beside what the new one wrapped: a secret that nobody can open.
test("one wrapper follows a rotation, and opens what it wrapped before and after", async () => {
  const keys = wrapper();
  const key = randomBytes(32);
  const before = await keys.wrap(key);
  vault.rotate(`v${(versions += 1)}`);
  const after = await keys.wrap(key);
  expect(after.kid).not.toBe(before.kid);
  expect(Buffer.from(await keys.unwrap(before))).toEqual(key);
  expect(Buffer.from(await keys.unwrap(after))).toEqual(key);
});

// Without a limit a sync would hold its lease and its worker until the host kills them.
test("a vault that does not answer ends in store-unavailable", async () => {
  const keys = wrapper({ callMs: 500 });
  const wrapped = await keys.wrap(randomBytes(32));
  await keys.unwrap(wrapped);
  vault.silent = true;
  const unavailable = { code: "store-unavailable" };
  await Promise.all([
    expect(keys.wrap(randomBytes(32))).rejects.toMatchObject(unavailable),
    expect(keys.unwrap(wrapped)).rejects.toMatchObject(unavailable),
  ]);
  vault.silent = false;
  await expect(keys.unwrap(wrapped)).resolves.toHaveLength(32);
});
