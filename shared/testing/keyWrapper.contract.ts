/** What every KeyWrapper promises. */
import { randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import type { KeyWrapper } from "../ports/keyWrapper.ts";

export interface KeyWrapperCase {
  wrapper: () => KeyWrapper;
  /** Makes a new version of the wrapping key the current one. */
  rotate: () => void;
}

export function keyWrapperContract(make: () => KeyWrapperCase): void {
  test("what was wrapped unwraps to the same key", async () => {
    const { wrapper } = make();
    const key = randomBytes(32);
    const wrapped = await wrapper().wrap(key);
    expect(Buffer.from(await wrapper().unwrap(wrapped))).toEqual(key);
    expect(wrapped.wrapped).not.toContain(key.toString("base64url"));
  });

  // Otherwise a rotation would make every stored secret unreadable.
  test("after a rotation old wrappings still open, and new ones name the new version", async () => {
    const { wrapper, rotate } = make();
    const key = randomBytes(32);
    const before = await wrapper().wrap(key);
    rotate();
    expect(Buffer.from(await wrapper().unwrap(before))).toEqual(key);
    expect((await wrapper().wrap(key)).kid).not.toBe(before.kid);
  });

  test.each([
    [
      "a flipped byte",
      (text: string) => (text.startsWith("A") ? `B${text.slice(1)}` : `A${text.slice(1)}`),
    ],
    ["a cut value", (text: string) => text.slice(0, 10)],
  ])("%s is an error that says nothing of the key", async (_, tamper) => {
    const { wrapper } = make();
    const wrapped = await wrapper().wrap(randomBytes(32));
    const refused = wrapper().unwrap({ ...wrapped, wrapped: tamper(wrapped.wrapped) });
    await expect(refused).rejects.toMatchObject({ code: "store-unavailable" });
  });

  test("an unknown key is an error, not a crash", async () => {
    const { wrapper } = make();
    const wrapped = await wrapper().wrap(randomBytes(32));
    await expect(
      wrapper().unwrap({ ...wrapped, kid: "https://evil.example/keys/k/1" }),
    ).rejects.toMatchObject({
      code: "store-unavailable",
    });
  });
}
