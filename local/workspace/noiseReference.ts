/** What Sentinel knows of people and machines, refreshed every week: identities, inventory, watchlists, peers. */
import type { Company, User } from "./company.ts";
import type { Random } from "./random.ts";
import { peerRow, watchlistRow } from "./rows/cloudRows.ts";
import { identityInfoRow } from "./rows/identityRows.ts";
import type { LogRow, Row } from "./rows/row.ts";
import { deviceInfoRow } from "./rows/sensorRows.ts";

const MINUTE = 60_000;

export function referenceRows(company: Company, random: Random, at: number): LogRow[] {
  const { users, estate } = company;
  return users
    .flatMap((user, index): LogRow[] => {
      const peer = users[(index + 1) % users.length] ?? user;
      return [
        identityInfoRow(company, at, user),
        deviceInfoRow(company, random, { at: at + MINUTE, user }),
        peerRow(company, { at: at + 2 * MINUTE, user, peer, rank: 1 }),
      ];
    })
    .concat(
      estate.servers.map((host) =>
        deviceInfoRow(company, random, { at: at + MINUTE, user: estate.operator, host }),
      ),
      watchlists(company, at + 3 * MINUTE),
    );
}

/** Addresses, accounts and machines that the security team knows, in the fields of Sentinel's watchlist templates. */
function watchlists(company: Company, at: number): LogRow[] {
  const { estate, scannerIp, vpnIps, users } = company;
  const item = (alias: string, key: string, note: string, fields: Row): LogRow =>
    watchlistRow(company, { at, alias, key, item: { SearchKey: key, Note: note, ...fields } });
  const network = (ip: string, name: string, note: string): LogRow =>
    item("NetworkAddresses", ip, note, { "IP Subnet": `${ip}/32`, "Range Name": name, Tags: name });
  const person = (user: User, alias: string, note: string): LogRow =>
    item(alias, user.upn, note, {
      "User Identifier": user.account,
      "User AAD Object Id": user.id,
      "User Principal Name": user.upn,
      "User Display Name": user.name,
      Department: user.department,
    });
  return [
    network(scannerIp, "Scanner", "Own password scanner, Tuesdays"),
    ...vpnIps.map((ip) => network(ip, "VPN", "Corporate VPN exit")),
    person(estate.backup, "ServiceAccounts", "Nightly backup of all servers"),
    person(estate.operator, "PrivilegedUsers", "Patches the servers on Thursdays"),
    ...users
      .filter(({ title }) => /Manager|Counsel/.test(title))
      .map((user) => person(user, "VIPUsers", user.title)),
    ...estate.servers.map(({ fqdn, name, ip, deviceId }) =>
      item("HighValueAssets", fqdn, "Server", {
        "Asset Type": "Device",
        "Asset Id": deviceId,
        "Asset Name": name,
        "Asset FQDN": fqdn,
        "IP Address": ip,
      }),
    ),
  ];
}
