/** What Sentinel knows of people and machines, refreshed every week: identities, inventory, watchlists, peers. */
import type { Company } from "./company.ts";
import type { Random } from "./random.ts";
import { peerRow, watchlistRow } from "./rows/cloudRows.ts";
import { identityInfoRow } from "./rows/identityRows.ts";
import type { LogRow } from "./rows/row.ts";
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
      watchlists(company, random, at + 3 * MINUTE),
    );
}

/** Addresses, accounts and machines that the security team knows. */
function watchlists(company: Company, random: Random, at: number): LogRow[] {
  const { estate, scannerIp, vpnIps } = company;
  const item = (alias: string, key: string, note: string): LogRow =>
    watchlistRow(company, random, { at, alias, key, item: { SearchKey: key, Note: note } });
  return [
    item("NetworkAddresses", scannerIp, "Own password scanner, Tuesdays"),
    ...vpnIps.map((ip) => item("NetworkAddresses", ip, "Corporate VPN exit")),
    item("ServiceAccounts", estate.backup.upn, "Nightly backup of all servers"),
    item("PrivilegedUsers", estate.operator.upn, "Patches the servers on Thursdays"),
    ...estate.servers.map(({ fqdn }) => item("HighValueAssets", fqdn, "Server")),
  ];
}
