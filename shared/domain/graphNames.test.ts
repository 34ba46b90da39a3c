/** One spelling for each entity, whatever logs, people and copied indicators write. */
import { expect, test } from "vitest";

import { canBeOne, isTelling, nodeId, refanged } from "./graphNames.ts";

// Two spellings of one address are two histories.
test.each([
  ["ip", "2001:DB8:0:0::1", "ip:2001:db8::1"],
  ["ip", "::ffff:203.0.113.7", "ip:203.0.113.7"],
  ["ip", "203[.]0[.]113[.]7", "ip:203.0.113.7"],
  ["domain", "Evil.Example.", "domain:evil.example"],
  ["url", "hxxps://Evil[.]example/A", "url:https://evil.example/a"],
  ["user", " Ana@Contoso.Example ", "user:ana@contoso.example"],
  ["process", String.raw`C:\Temp\Tool.EXE`, "process:tool.exe"],
] as const)("%s %s is %s", (type, value, id) => {
  expect(nodeId(type, value)).toBe(id);
});

// A store refuses long keys, and a report with a long URL would never be learned from.
test("long values have short ids, which differ where the values do", () => {
  const long = `https://evil.example/${"é".repeat(2000)}`;
  const [a, b] = [nodeId("url", `${long}1`), nodeId("url", `${long}2`)];
  expect(Buffer.byteLength(a)).toBeLessThan(1024);
  expect(a).not.toBe(b);
  expect(nodeId("host", "a\uD800b")).toBe("host:a\uFFFDb");
});

// "Administrator" of every machine as one person would join the whole estate.
test("names that many things have tell nothing", () => {
  const telling = ["ana@contoso.example", String.raw`CONTOSO\ana`, "S-1-5-21-1-2-3-1108"];
  const shared = [
    "Administrator",
    "S-1-5-18",
    "S-1-5-32-544",
    String.raw`NT AUTHORITY\SYSTEM`,
    String.raw`FIN-1\Administrator`,
    "Ana Lopez",
  ];
  expect(telling.filter((name) => isTelling("user", name))).toEqual(telling);
  expect(shared.filter((name) => isTelling("user", name))).toEqual([]);
  expect(canBeOne(["host:a.x.example", "host:a", "host:a.y.example"])).toBe(false);
  expect(refanged("ana[@]contoso[.]example")).toBe("ana@contoso.example");
});
