/** What a company owns besides laptops: servers, service accounts, software and applications that everybody knows. */
import { createHash } from "node:crypto";

import type { Estate, Host, Software, User } from "./company.ts";
import type { Random } from "./random.ts";

const SERVERS = ["dc", "files", "mgmt", "backup", "app", "db", "web", "build", "print"];

/** SHA-256 of a text: the same program has the same hash on every host. */
export const stableHash = (text: string): string => createHash("sha256").update(text).digest("hex");

const createServers = (random: Random, company: string, domain: string): Host[] =>
  SERVERS.map((role, index) => {
    const name = `${company.slice(0, 3)}-srv-${role}`;
    return {
      name,
      fqdn: `${name}.${domain}`,
      deviceId: random.hex(40),
      aadDeviceId: random.guid(),
      ip: `10.10.0.${10 + index}`,
    };
  });

/** @param publicIp draws an address of the internet. */
export function createEstate(
  random: Random,
  of: { name: string; domain: string; users: readonly User[] },
  publicIp: () => string,
): Estate {
  const servers = createServers(random, of.name, of.domain);
  const [first] = of.users;
  const [domainController, fileServer, managementServer, backupServer] = servers;
  if (!first || !domainController || !fileServer || !managementServer || !backupServer)
    throw new RangeError("A company needs users and servers.");
  const software = (file: string, folder: string, signer: string, domain: string): Software => ({
    file,
    folder,
    signer,
    domain,
    sha256: stableHash(`${of.name}/${file}`),
    ip: publicIp(),
  });
  return {
    servers,
    domainController,
    fileServer,
    managementServer,
    operator: of.users.find(({ department }) => department === "IT") ?? first,
    backup: {
      ...first,
      upn: `svc-backup@${of.domain}`,
      name: "Backup service",
      account: "svc-backup",
      id: random.guid(),
      sid: first.sid.replace(/\d+$/, "1050"),
      department: "IT",
      title: "Service account",
      host: backupServer,
    },
    validation: software(
      "bas-runner.exe",
      "C:\\ProgramData\\Validation",
      "Adatum Security Validation Ltd",
      "collect.validation-labs.example",
    ),
    updater: software(
      "harboursync.exe",
      "C:\\ProgramData\\HarbourSync",
      "Harbour Software GmbH",
      "updates.harboursync.example",
    ),
    sanctionedApp: {
      name: "Calendar Bridge",
      appId: random.guid(),
      servicePrincipalId: random.guid(),
      ip: publicIp(),
    },
  };
}
