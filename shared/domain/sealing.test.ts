/** Sealed secrets: open in their place, nowhere else. */
import { randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { type DataKeyWrapper, open, seal } from "./sealing.ts";

const wrapped: Buffer[] = [];
const keys: DataKeyWrapper = {
  wrap: async (dataKey) => {
    wrapped.push(Buffer.from(dataKey));
    return { kid: "k1", alg: "none", wrapped: Buffer.from(dataKey).toString("base64url") };
  },
  unwrap: async (key) => Buffer.from(key.wrapped, "base64url"),
};
const PLACE = { tenant_id: "contoso", subject_id: "sip_1", field: "client_secret" };

test("a secret opens in its place, and nothing of it can be read before", async () => {
  const sealed = await seal("p@ss wörd", PLACE, keys, randomBytes);
  expect(await open(sealed, PLACE, keys)).toBe("p@ss wörd");
  expect(JSON.stringify(sealed)).not.toContain("p@ss");
});

test("two secrets never share a data key", async () => {
  wrapped.length = 0;
  await seal("same", PLACE, keys, randomBytes);
  await seal("same", PLACE, keys, randomBytes);
  expect(wrapped[0]?.equals(wrapped[1] ?? Buffer.alloc(0))).toBe(false);
});

// A ciphertext copied into another tenant's record would hand that tenant the secret.
test.each([
  { ...PLACE, tenant_id: "fabrikam" },
  { ...PLACE, subject_id: "sip_2" },
  { ...PLACE, field: "other" },
  { tenant_id: "contososip_1", subject_id: "", field: "client_secret" },
  { tenant_id: "contoso", subject_id: "sip_1c", field: "lient_secret" },
])("elsewhere it does not open: %o", async (place) => {
  const sealed = await seal("secret", PLACE, keys, randomBytes);
  await expect(open(sealed, place, keys)).rejects.toMatchObject({ code: "store-unavailable" });
});

test.each(["ct", "tag", "iv"] as const)("a changed %s does not open", async (part) => {
  const sealed = await seal("secret", PLACE, keys, randomBytes);
  const changed = Buffer.from(sealed[part], "base64url");
  changed[0] = (changed[0] ?? 0) ^ 1;
  const forged = { ...sealed, [part]: changed.toString("base64url") };
  await expect(open(forged, PLACE, keys)).rejects.toMatchObject({ code: "store-unavailable" });
});

test("a shortened tag does not open", async () => {
  const sealed = await seal("secret", PLACE, keys, randomBytes);
  const short = { ...sealed, tag: sealed.tag.slice(0, 6) };
  await expect(open(short, PLACE, keys)).rejects.toMatchObject({ code: "store-unavailable" });
});
