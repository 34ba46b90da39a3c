import { expect, test } from "vitest";

import { addIntegrity } from "./lockIntegrity.ts";

const lock = () => ({
  "": { version: "0.1.0" },
  "node_modules/known": { version: "1.0.0" },
  "node_modules/outer/node_modules/@scope/known": { version: "2.0.0" },
  "node_modules/absent": { version: "3.0.0", optional: true },
  "node_modules/checked": { version: "4.0.0", integrity: "sha512-own" },
  "node_modules/linked": { version: "5.0.0", link: true },
});
const registry = new Map([
  ["known@1.0.0", "sha512-a"],
  ["@scope/known@2.0.0", "sha512-b"],
]);

// Without a checksum npm takes whatever the registry sends under that name and version.
test("entries get the registry's checksum, and those it does not have are named", async () => {
  const packages = lock();
  const asked: string[] = [];
  const without = await addIntegrity(packages, async (name, version) => {
    asked.push(`${name}@${version}`);
    return registry.get(`${name}@${version}`);
  });
  expect(without).toEqual(["absent@3.0.0"]);
  expect(asked.toSorted()).toEqual(["@scope/known@2.0.0", "absent@3.0.0", "known@1.0.0"]);
  const before = lock();
  expect(packages).toEqual({
    ...before,
    "node_modules/known": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/outer/node_modules/@scope/known": { version: "2.0.0", integrity: "sha512-b" },
  });
});

// A registry that is down would otherwise read as "has none of them", and the file as finished.
test("a registry that cannot be asked is an error", async () => {
  const asked = addIntegrity(lock(), async () => Promise.reject(new Error("no network")));
  await expect(asked).rejects.toThrow("no network");
});
