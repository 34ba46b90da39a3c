/** The tenant's ASIM parsers: their columns are the schema's, they read the tables, and every parameter filters. */
import { describe, expect, test } from "vitest";

import { analyse } from "../../../shared/kql/analyse.ts";
import { asimColumns } from "../../../shared/kql/data/asimColumns.ts";
import { ASIM_PARSERS, deployedNames } from "../../../shared/kql/data/asimFunctions.ts";
import { compileQuery } from "../../../shared/kql/engine/compile.ts";
import { toWire } from "../../../shared/kql/engine/wire.ts";
import { testClock, testTenant } from "../testTenant.ts";

const clock = testClock();
const tenant = testTenant(clock);

function run(query: string) {
  const { columns, rows } = compileQuery(query, tenant.schema).run(tenant.tables, {
    now: clock.now(),
  });
  return rows.map((row) => row.map((value, i) => toWire(value, columns[i]?.type ?? "dynamic")));
}
const count = (query: string) => Number(run(`${query} | count`)[0]?.[0]);

// A leg whose column has another type would split it in two, and queries would find neither.
test.each(ASIM_PARSERS)(
  "_Im_$name and _ASim_$name give the columns of $schema",
  ({ name, schema }) => {
    for (const query of [`_Im_${name}`, `_ASim_${name}`]) {
      const { diagnostics, policy, output, tables } = analyse(query, tenant.schema);
      expect({ diagnostics, policy }).toEqual({ diagnostics: [], policy: [] });
      expect(output).toEqual(asimColumns(schema));
      expect(tables.length).toBeGreaterThan(0);
    }
  },
);

// Public hunting queries call the parsers by the names that a workspace gives them.
test.each(ASIM_PARSERS)("$name answers to its names in a workspace, too", (parser) => {
  const { filtering, plain } = deployedNames(parser);
  const [first = ""] = parser.parameters;
  const day = `${first.split(":")[0]}=ago(1d)`;
  expect(count(`${filtering}(${day})`)).toBe(count(`_Im_${parser.name}(${day})`));
  const { ok, output } = analyse(plain, tenant.schema);
  expect({ ok, output }).toEqual({ ok: true, output: asimColumns(parser.schema) });
});

test("names of earlier versions have the values of today's", () => {
  expect(count("_Im_Authentication | where SrcDvcIpAddr != SrcIpAddr")).toBe(0);
  expect(count("imAuthentication | where isnotempty(SrcDvcIpAddr)")).toBeGreaterThan(0);
  expect(
    analyse("imDns | where Query has 'x' and ResponseCodeName == 'NXDOMAIN'", tenant.schema).ok,
  ).toBe(true);
});

describe("rows", () => {
  test.each([
    ["Authentication", "DeviceLogonEvents"],
    ["Authentication", "SigninLogs"],
    ["NetworkSession", "DeviceNetworkEvents"],
    ["NetworkSession", "CommonSecurityLog"],
    ["WebSession", "DeviceNetworkEvents"],
    ["ProcessCreate", "DeviceProcessEvents"],
    ["ProcessEvent", "DeviceProcessEvents"],
    ["FileEvent", "DeviceFileEvents"],
    ["FileEvent", "OfficeActivity"],
    ["RegistryEvent", "DeviceRegistryEvents"],
    ["AuditEvent", "AuditLogs"],
    ["UserManagement", "AuditLogs"],
  ])("_Im_%s has rows of %s", (name, table) => {
    expect(count(`_Im_${name}(starttime=ago(20d)) | where Type == '${table}'`)).toBeGreaterThan(0);
  });

  test("every sign-in is one event, with its user, address and outcome", () => {
    expect(count("_Im_Authentication | where Type == 'SigninLogs'")).toBe(count("SigninLogs"));
    expect(
      count("_Im_Authentication | where Type == 'SigninLogs' and EventResult == 'Failure'"),
    ).toBe(count("SigninLogs | where ResultType != '0'"));
    expect(count("_Im_Authentication | where isempty(TargetUsername)")).toBe(0);
  });
});

describe("parameters", () => {
  test("the time range is the given one", () => {
    const all = count("_Im_ProcessCreate");
    const some = count("_Im_ProcessCreate(starttime=ago(5d), endtime=ago(2d))");
    expect(some).toBe(
      count("DeviceProcessEvents | where TimeGenerated between (ago(5d) .. ago(2d))") +
        count(
          "SecurityEvent | where EventID == 4688 and TimeGenerated between (ago(5d) .. ago(2d))",
        ),
    );
    expect(some).toBeLessThan(all);
  });

  // A parameter that does nothing gives an analyst rows of others as evidence.
  test.each(ASIM_PARSERS)(
    "a value that no row of _Im_$name has leaves none",
    ({ name, parameters }) => {
      const values: Readonly<Record<string, string>> = {
        dynamic: "dynamic(['203.0.113.254'])",
        int: "65535",
        string: "'203.0.113.254'",
      };
      for (const parameter of parameters) {
        const [label = "", type = ""] = parameter.split(/[:=]/);
        const value = values[type];
        if (value === undefined) continue;
        const left = count(`_Im_${name}(starttime=ago(1d), ${label}=${value})`);
        expect([label, left]).toEqual([label, 0]);
      }
    },
  );

  test("values that fit keep their rows", () => {
    const [user = ""] = (run("SigninLogs | take 1 | project UserPrincipalName")[0] ?? []).map(
      String,
    );
    const filtered = `_Im_Authentication(username_has_any=dynamic(['${user}']), eventresult='Success')`;
    expect(count(`${filtered} | where Type == 'SigninLogs'`)).toBe(
      count(`SigninLogs | where UserPrincipalName == '${user}' and ResultType == '0'`),
    );
    expect(count("_Im_NetworkSession(dstportnumber=443) | where DstPortNumber != 443")).toBe(0);
    expect(count("_Im_NetworkSession(srcipaddr_has_any_prefix=dynamic(['10.']))")).toBeGreaterThan(
      0,
    );
  });
});
