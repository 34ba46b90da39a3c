import { describe, expect, test } from "vitest";

import type { Json } from "../schemas/json.ts";
import { mergeEntities } from "./entities.ts";

const merged = (...documents: Json[][]) =>
  mergeEntities(documents.map((entities, i) => ({ id: `alert-${i + 1}`, entities }))).entities;
const ids = (...documents: Json[][]): string[] => merged(...documents).map((entity) => entity.id);

describe("documents", () => {
  // Defender writes an entity once, nested where it comes first, and refers to it from then on.
  test("a nested entity that is only referred to at the top is found once, where it stands", () => {
    const hash = { $id: "3", Algorithm: "SHA256", Value: "ABCD", Type: "filehash" };
    const image = {
      $id: "2",
      Name: "x.exe",
      Directory: "C:\\Temp",
      FileHashes: [hash],
      Type: "file",
    };
    const process = {
      $id: "1",
      ProcessId: "7",
      CommandLine: "x.exe -q",
      ImageFile: image,
      Type: "process",
    };
    const entities = merged([process, { $ref: "2" }, { $ref: "3" }]);
    expect(entities.map(({ id, sources }) => [id, sources])).toEqual([
      ["process:x.exe -q", [{ alert_id: "alert-1", path: "/0" }]],
      ["file:c:\\temp\\x.exe", [{ alert_id: "alert-1", path: "/0/ImageFile" }]],
      ["file_hash:abcd", [{ alert_id: "alert-1", path: "/0/ImageFile/FileHashes/0" }]],
    ]);
  });

  test("a reference is followed forwards, backwards and through another reference", () => {
    const machine = { $id: "9", HostName: "pc1", DnsDomain: "corp.example", Type: "host" };
    const account = { Name: "eve", Host: { $ref: "8" }, Type: "account" };
    expect(ids([account, { $id: "8", $ref: "9" }, machine])).toContain(
      "account:pc1.corp.example\\eve",
    );
    for (const $id of ["9", 9])
      expect(
        ids([
          { ...machine, $id },
          { ...account, Host: { $ref: $id } },
        ]),
      ).toContain("account:pc1.corp.example\\eve");
  });

  test("Type and Kind are read in any case, and ARM's properties as fields", () => {
    expect(ids([{ TYPE: "IP", Address: "203.0.113.7" }])).toEqual(["ip:203.0.113.7"]);
    expect(ids([{ kind: "Ip", properties: { address: "203.0.113.7" } }])).toEqual([
      "ip:203.0.113.7",
    ]);
    expect(ids([{ Type: "cloud-application", Name: "Drive" }])).toEqual([
      "cloud_application:drive",
    ]);
    expect(ids([{ Kind: "CloudApplication", Name: "Drive" }])).toEqual(["cloud_application:drive"]);
  });

  test("a document that is invalid, cyclic or very deep gives what can be read", () => {
    const a = { $id: "1", $ref: "2" };
    const b = { $id: "2", $ref: "1" };
    const parent = { $id: "5", CommandLine: "p", Type: "process", ParentProcess: { $ref: "6" } };
    const child = { $id: "6", CommandLine: "c", Type: "process", ParentProcess: { $ref: "5" } };
    const lost = { Name: "eve", Host: { $ref: "1" }, Type: "account" };
    expect(ids([a, b, { $ref: "missing" }, null, 7, "text", parent, child, lost])).toEqual([
      "process:p",
      "process:c",
      "account:eve",
    ]);
    let deep: Json = { Type: "ip", Address: "203.0.113.9" };
    for (let i = 0; i < 20_000; i += 1) deep = { Inner: deep };
    expect(ids([deep])).toEqual(["ip:203.0.113.9"]);
    const loop: Record<string, Json> = { Type: "host", HostName: "pc1" };
    loop["Self"] = loop;
    expect(ids([loop])).toEqual(["host:pc1"]);
    expect(
      ids([{ Type: "ip" }, { Type: "account", Name: "" }, { Type: "bookmark", Name: "x" }]),
    ).toEqual([]);
  });
});

describe("identity", () => {
  // Alerts of several products name the same person differently.
  test("an account is one over alerts that share any strong identifier", () => {
    const [entity, ...others] = merged(
      [{ Type: "account", Name: "eve", UPNSuffix: "contoso.example", AadUserId: "AAD-1" }],
      [
        {
          Type: "account",
          DisplayName: "Eve Adams",
          AadUserId: "aad-1",
          Sid: "S-1-5-21-1840191660-8534830288-125585561-1104",
        },
      ],
      [
        {
          Type: "account",
          Sid: "S-1-5-21-1840191660-8534830288-125585561-1104",
          Name: "eve",
          NTDomain: "CONTOSO",
        },
      ],
    );
    expect(others).toEqual([]);
    expect(entity).toMatchObject({
      id: "account:eve@contoso.example",
      strong: true,
      private: false,
    });
    expect(entity?.aliases).toEqual(expect.arrayContaining(["CONTOSO\\eve", "Eve Adams"]));
    expect(entity?.sources.map((source) => source.alert_id)).toEqual([
      "alert-1",
      "alert-2",
      "alert-3",
    ]);
  });

  test("a display name never makes a principal name", () => {
    const [entity] = merged([{ Type: "account", Name: "Eve Adams", UPNSuffix: "contoso.example" }]);
    expect(entity).toMatchObject({ value: "Eve Adams", strong: false });
  });

  // Every Windows machine has the same SYSTEM: merging by it would join strangers.
  test("well-known accounts are marked and do not join what they appear with", () => {
    const system = { Type: "account", Name: "SYSTEM", NTDomain: "NT AUTHORITY", Sid: "S-1-5-18" };
    const service = { Type: "account", Name: "LOCAL SERVICE", Sid: "S-1-5-19" };
    const entities = merged([system, service], [system]);
    expect(entities.map(({ strong, private: isPrivate }) => [strong, isPrivate])).toEqual([
      [false, true],
      [false, true],
    ]);
  });

  test("a host is one by full name, whether written whole or in parts", () => {
    const entities = merged(
      [{ Type: "host", HostName: "PC1", DnsDomain: "corp.example" }],
      [{ Type: "host", FQDN: "pc1.corp.example", HostName: "pc1" }],
      [{ Type: "host", HostName: "pc1", DnsDomain: "other.example" }],
    );
    expect(entities.map((entity) => entity.id)).toEqual([
      "host:pc1.corp.example",
      "host:pc1.other.example",
    ]);
  });

  const addresses = [
    ["203.0.113.7", "203.0.113.7", true, false],
    ["203.0.113.7:10777", "203.0.113.7", true, false],
    ["10.1.2.3", "10.1.2.3", false, true],
    ["172.31.255.255", "172.31.255.255", false, true],
    ["172.32.0.0", "172.32.0.0", true, false],
    ["100.64.0.1", "100.64.0.1", false, true],
    ["127.0.0.1", "127.0.0.1", false, true],
    ["169.254.1.1", "169.254.1.1", false, true],
    ["2001:DB8:0:0::1", "2001:db8::1", true, false],
    ["[2001:db8::1]:443", "2001:db8::1", true, false],
    ["fe80::1%eth0", "fe80::1", false, true],
    ["fd00::1", "fd00::1", false, true],
    ["::1", "::1", false, true],
    ["::ffff:192.168.0.1", "192.168.0.1", false, true],
    ["999.1.1.1", "999.1.1.1", false, false],
    ["not an address", "not an address", false, false],
  ] as const;
  test.each(addresses)("the address %s is %s", (text, value, strong, isPrivate) => {
    expect(merged([{ Type: "ip", Address: text }])).toMatchObject([
      { value, strong, private: isPrivate },
    ]);
  });

  test("a private address is strong only within its scope", () => {
    const scoped = { Type: "ip", Address: "10.0.0.5", AddressScope: "site-a" };
    const entities = merged([scoped], [{ ...scoped, AddressScope: "site-b" }], [scoped]);
    expect(entities.map(({ id, strong }) => [id, strong])).toEqual([
      ["ip:10.0.0.5@site-a", true],
      ["ip:10.0.0.5@site-b", true],
    ]);
  });

  const others = [
    [{ Type: "url", Url: "HTTP://Evil.Example/a" }, "url:http://evil.example/a", true],
    [{ Type: "url", Url: "/relative" }, "url:/relative", false],
    [{ Type: "filehash", Algorithm: "MD5", Value: "AB" }, "file_hash:ab", true],
    [{ Type: "filehash", Value: "AB" }, "file_hash:ab", false],
    [{ Type: "file", Name: "x", Directory: "/tmp/" }, "file:/tmp/x", true],
    [{ Type: "file", Name: "x" }, "file:x", false],
    [{ Type: "mailbox", MailboxPrimaryAddress: "A@b.example" }, "mailbox:a@b.example", true],
    [{ Type: "mailMessage", NetworkMessageId: "n", Recipient: "r" }, "mail_message:n", true],
    [{ Type: "mailMessage", InternetMessageId: "<i>" }, "mail_message:<i>", false],
    [{ Type: "registry-key", Hive: "HKLM", Key: "Run" }, "registry_key:hklm\\run", true],
    [
      { Type: "registry-value", Name: "v", Key: { Hive: "HKLM", Key: "Run", Type: "x" } },
      "registry_value:hklm\\run\\v",
      true,
    ],
    [
      { Type: "azure-resource", ResourceId: "/Subscriptions/1" },
      "azure_resource:/subscriptions/1",
      true,
    ],
    [{ Type: "SecurityGroup", SID: "S-1-5-21-1" }, "security_group:s-1-5-21-1", true],
    [{ Type: "malware", Name: "M", Category: "Trojan" }, "malware:m", true],
    [{ Type: "DnsResolution", DomainName: "Evil.Example." }, "domain:evil.example", false],
    [{ Type: "cloud-application", AppId: 15_600, Name: "Drive" }, "cloud_application:drive", true],
    [{ Type: "cloud-logon-session", SessionId: "s1" }, "other:s1", false],
  ] as const;
  test.each(others)("%o is %s", (entity, id, strong) => {
    expect(merged([entity])[0]).toMatchObject({ id, strong });
  });

  test("no two entities have the same id", () => {
    const line = {
      Type: "process",
      CommandLine: "cmd.exe",
      CreationTimeUtc: "t",
      Host: { Type: "host", HostName: "a" },
    };
    const found = ids([{ ...line, ProcessId: "1" }], [{ ...line, ProcessId: "2" }]);
    expect(found).toHaveLength(new Set(found).size);
  });
});

// Whoever doubts a name has to find it again in the alerts.
// Half of a surrogate pair is kept by no store and read by no other reader.
test("a long value is cut between characters", () => {
  const CommandLine = `xy${"\u{1F600}".repeat(1500)}`;
  const [entity] = merged([{ Type: "process", CommandLine }]);
  expect(entity?.value).toBe(`xy${"\u{1F600}".repeat(998)}…`);
});

test("every name says where it was read, the value first", () => {
  const { entities } = mergeEntities([
    { id: "a", entities: [{ Type: "account", Name: "anna", UPNSuffix: "contoso.example" }] },
    {
      id: "b",
      entities: [
        { Type: "host", HostName: "pc1" },
        {
          Type: "account",
          Name: "anna",
          UPNSuffix: "contoso.example",
          AadUserId: "aad-1",
          NTDomain: "CONTOSO",
        },
      ],
    },
  ]);
  const [anna] = entities;
  const read = { alert_id: "b", path: "/1" };
  expect(anna).toMatchObject({
    value: "anna@contoso.example",
    aliases: ["CONTOSO\\anna", "anna", "aad-1"],
    sources: [read, { alert_id: "a", path: "/0" }],
    alias_sources: [read, read, read],
  });
});

test("each alert knows the entities it names", () => {
  const shared = { Type: "ip", Address: "203.0.113.7" };
  const { idsByAlert } = mergeEntities([
    { id: "a", entities: [shared, { Type: "host", HostName: "pc1" }] },
    { id: "b", entities: [shared] },
    { id: "c", entities: [] },
  ]);
  expect(Object.fromEntries(idsByAlert)).toEqual({
    a: ["ip:203.0.113.7", "host:pc1"],
    b: ["ip:203.0.113.7"],
  });
});

// The result is one document of the store, which takes at most 2 MB.
test("5,000 entities of 150 alerts fit a document", () => {
  const alerts = Array.from({ length: 150 }, (_alert, a) => ({
    id: `00000000-0000-4000-8000-${String(a).padStart(12, "0")}`,
    entities: Array.from({ length: 100 }, (_entity, e) => {
      const number = (a * 100 + e) % 5000;
      return {
        $id: String(e),
        Type: "ip",
        Address: `203.${number % 250}.${Math.floor(number / 250)}.7`,
      };
    }),
  }));
  const result = mergeEntities(alerts);
  expect(result.entities).toHaveLength(5000);
  expect(JSON.stringify([result.entities, [...result.idsByAlert]]).length).toBeLessThan(1_900_000);
});
