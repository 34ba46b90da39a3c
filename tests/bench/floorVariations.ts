/**
 * Stories told as other companies' logs would tell them: rows that are spelled otherwise, missing or doubled, and further
 * things that happened. None of them may turn an open or right verdict into a wrong one.
 */
import { z } from "zod";

import type { Row } from "../../local/workspace/rows/row.ts";
import type { Tenant } from "../../local/workspace/tenant.ts";
import type { Workspace } from "../../local/workspace/workspace.ts";
import { textOf } from "../../local/workspace/workspaceRows.ts";
import { createMemoryTables } from "../../shared/kql/engine/memoryTables.ts";
import { toWire } from "../../shared/kql/engine/wire.ts";
import type { Json } from "../../shared/schemas/json.ts";

/** Gives the workspace that is investigated in place of the tenant. */
type Variation = (tenant: Tenant, incidentNumber: number) => Workspace;

type Change = (row: Row, table: string) => readonly Row[];

/** The tables of alerts and incidents: what Sentinel writes itself is the same everywhere. */
const OWN_TABLES: ReadonlySet<string> = new Set(["SecurityAlert", "SecurityIncident"]);

function changed(tenant: Workspace, change: Change): Workspace {
  const tables = createMemoryTables(tenant.schema);
  for (const table of tenant.tables.segments().keys()) {
    tables.append(
      table,
      rowsOf(tenant, table).flatMap((row) => [...change(row, table)]),
    );
  }
  return { ...tenant, tables };
}

function rowsOf({ schema, tables }: Workspace, table: string): Row[] {
  const slice = tables.scan(table, {});
  const rows = Array.from({ length: slice.rowCount }, (): Row => ({}));
  for (const [name, type] of Object.entries(schema[table] ?? {})) {
    const values = slice.column(name);
    if (values === undefined) continue;
    for (const [i, row] of rows.entries()) row[name] = toWire(values[i] ?? null, type);
  }
  return rows;
}

const logsOnly =
  (change: (row: Row, table: string) => Row): Change =>
  (row, table) => [OWN_TABLES.has(table) ? row : change(row, table)];

const eachText = (row: Row, change: (text: string, column: string) => Json): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "string" ? change(value, name) : value,
    ]),
  );

/** A table that the workspace does not have, as where a product is not connected. */
const without =
  (...missing: readonly string[]): Variation =>
  (tenant) => {
    const schema = Object.fromEntries(
      Object.entries(tenant.schema).filter(([table]) => !missing.includes(table)),
    );
    const altered = changed(tenant, (row, table) => (missing.includes(table) ? [] : [row]));
    return { ...altered, schema };
  };

/** Columns that a sensor leaves empty. */
const withoutColumns =
  (...columns: readonly string[]): Variation =>
  (tenant) =>
    changed(
      tenant,
      logsOnly((row) => ({
        ...row,
        ...Object.fromEntries(columns.filter((name) => name in row).map((name) => [name, ""])),
      })),
    );

const HOST_COLUMNS: ReadonlySet<string> = new Set(["DeviceName", "RemoteDeviceName", "Computer"]);
const USER_COLUMN = /UserPrincipalName|UserId|Upn|UPN|EmailAddress|SenderFromAddress/;

/** Device logs name hosts without their domain and in capitals, alerts in full. */
const shortHosts: Variation = (tenant) =>
  changed(
    tenant,
    logsOnly((row) =>
      eachText(row, (text, column) =>
        HOST_COLUMNS.has(column) ? (text.split(".")[0] ?? text).toUpperCase() : text,
      ),
    ),
  );

/** Alerts name hosts without their domain, device logs in full. */
const shortHostsInAlerts: Variation = (tenant) =>
  changed(tenant, (row, table) => [
    table === "SecurityAlert" && typeof row["Entities"] === "string"
      ? { ...row, Entities: row["Entities"].replaceAll(/"(?:FQDN|DnsDomain)":"[^"]*",?/g, "") }
      : row,
  ]);

/** Logs write people's names as the directory has them, alerts in small letters. */
const capitalUsers: Variation = (tenant) =>
  changed(
    tenant,
    logsOnly((row) =>
      eachText(row, (text, column) => {
        if (!USER_COLUMN.test(column) || !text.includes("@")) return text;
        return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.[a-z]/, (match) => match.toUpperCase())}`;
      }),
    ),
  );

/** The suspected addresses are of the newer kind. */
const newerAddresses: Variation = (tenant, number) => {
  const addresses = (tenant.truth(number)?.entities ?? []).filter(
    ({ type, value }) => type === "ip" && !value.startsWith("10."),
  );
  return changed(tenant, (row) => [
    eachText(row, (text) =>
      addresses.reduce(
        (all, { value }, i) =>
          all.replaceAll(
            new RegExp(`${value.replaceAll(".", "\\.")}(?!\\d)(:\\d+)?`, "g"),
            `2001:db8:${i + 1}::${value.split(".").at(-1)}`,
          ),
        text,
      ),
    ),
  ]);
};

/** Every row of the logs arrived twice. */
const doubled: Variation = (tenant) =>
  changed(tenant, (row, table) => (OWN_TABLES.has(table) ? [row] : [row, row]));

const timeOf = ({ TimeGenerated: at }: Row): number =>
  typeof at === "string" ? Date.parse(at) : Number.NaN;

/** A workspace that was connected days ago: there is nothing from before. */
const shortHistory =
  (days: number): Variation =>
  (tenant) => {
    const from = tenant.now().getTime() - days * 86_400_000;
    return changed(tenant, (row, table) =>
      OWN_TABLES.has(table) || timeOf(row) >= from ? [row] : [],
    );
  };

/** Applications that all call themselves alike, one that has long been in use among them: only their ids differ. */
const namesakes: Variation = (tenant) => {
  const names = rowsOf(tenant, "AADServicePrincipalSignInLogs").map((row) =>
    textOf(row["ServicePrincipalName"]),
  );
  return changed(tenant, (row) => [
    eachText(row, (text) =>
      [...new Set(names)].reduce((all, name) => all.replaceAll(name, "Mail Assistant"), text),
    ),
  ]);
};

/** Alerts of custom rules without entity mapping. */
const withoutEntities: Variation = (tenant) =>
  changed(tenant, (row, table) => [table === "SecurityAlert" ? { ...row, Entities: "[]" } : row]);

const Entities = z.array(z.looseObject({ Type: z.string().default("") }));

/** Alerts of custom rules that map one kind of entity only. */
const onlyEntities =
  (...types: readonly string[]): Variation =>
  (tenant) =>
    changed(tenant, (row, table) => {
      const text = row["Entities"];
      if (table !== "SecurityAlert" || typeof text !== "string" || text === "") return [row];
      const kept = Entities.parse(JSON.parse(text)).filter(({ Type }) => types.includes(Type));
      return [{ ...row, Entities: JSON.stringify(kept) }];
    });

/** A feed that lists what everybody uses, the company's own addresses and partners among it. */
const wrongFeed: Variation = (tenant, number) => {
  const first = rowsOf(tenant, "ThreatIntelligenceIndicator")[0];
  if (first === undefined) return tenant;
  const at = new Date(tenant.now().getTime() - 3 * 86_400_000).toISOString();
  const listed = (tenant.truth(number)?.entities ?? [])
    .filter(({ type }) => type === "ip")
    .map(({ value }, i): Row => ({
      ...first,
      TimeGenerated: at,
      IndicatorId: `wrong-${i}`,
      NetworkIP: value,
      DomainName: "",
      Url: "",
      FileHashValue: "",
      Active: true,
      ConfidenceScore: 75,
      ThreatType: "Botnet",
    }));
  const altered = changed(tenant, (row) => [row]);
  altered.tables.append("ThreatIntelligenceIndicator", listed);
  return altered;
};

/** Earlier incidents of the same title that were closed in a hurry, otherwise than this one deserves. */
const closedAs =
  (classification: string): Variation =>
  (tenant, number) => {
    const row = rowsOf(tenant, "SecurityIncident").findLast(
      (one) => one["IncidentNumber"] === number,
    );
    if (row === undefined) return tenant;
    const before = tenant.now().getTime() - 10 * 86_400_000;
    const closed = Array.from({ length: 4 }, (_, i): Row => {
      const at = new Date(before + i * 3_600_000).toISOString();
      const times = { TimeGenerated: at, LastModifiedTime: at, CreatedTime: at, ClosedTime: at };
      const name = `00000000-0000-4000-8000-00000000000${i}`;
      const which = { IncidentNumber: 90_000 + i, IncidentName: name, AlertIds: "[]" };
      return { ...row, ...times, ...which, Status: "Closed", Classification: classification };
    });
    const altered = changed(tenant, (one) => [one]);
    altered.tables.append("SecurityIncident", closed);
    return altered;
  };

/** Something else happened at the same time. */
const besides =
  (family: string, truth: "true_positive" | "benign_positive" | "false_positive"): Variation =>
  (tenant) => {
    tenant.playStory({ family, truth, seed: `besides-${family}` });
    return tenant;
  };

/** Products that a company may not have connected. */
const TABLES = [
  "SigninLogs",
  "AuditLogs",
  "OfficeActivity",
  "EmailEvents",
  "EmailUrlInfo",
  "UrlClickEvents",
  "DeviceProcessEvents",
  "DeviceNetworkEvents",
  "DeviceFileEvents",
  "DeviceLogonEvents",
  "DeviceEvents",
  "AADServicePrincipalSignInLogs",
  "CommonSecurityLog",
] as const;

/** By what they are called when one of them leads to a wrong verdict. */
export const VARIATIONS: Readonly<Record<string, Variation>> = {
  "hosts without their domain in logs": shortHosts,
  "hosts without their domain in alerts": shortHostsInAlerts,
  "users in capitals": capitalUsers,
  "addresses of version 6": newerAddresses,
  "every row twice": doubled,
  "two days of history": shortHistory(2),
  "five days of history": shortHistory(5),
  "twelve days of history": shortHistory(12),
  "applications named alike": namesakes,
  "alerts without entities": withoutEntities,
  "alerts with accounts only": onlyEntities("account"),
  "alerts with hosts only": onlyEntities("host"),
  "alerts with addresses only": onlyEntities("ip"),
  "a feed that lists the company's own": wrongFeed,
  "closed as false before": closedAs("FalsePositive"),
  "closed as benign before": closedAs("BenignPositive"),
  "closed as true before": closedAs("TruePositive"),
  "no devices in sign-ins": withoutColumns("DeviceDetail"),
  "no places in sign-ins": withoutColumns("LocationDetails", "Location"),
  "no hashes": withoutColumns("SHA256", "SHA1", "InitiatingProcessSHA256", "InitiatingProcessSHA1"),
  "no command lines": withoutColumns("ProcessCommandLine", "InitiatingProcessCommandLine"),
  "no parent processes": withoutColumns("InitiatingProcessFileName"),
  "no sender checks": withoutColumns("AuthenticationDetails"),
  "an attack besides": besides("lateral_movement", "true_positive"),
  "a scan besides": besides("signin_attack", "benign_positive"),
  ...Object.fromEntries(TABLES.map((table) => [`no ${table}`, without(table)])),
};
