/** Makes the company behind a simulated workspace: people, addresses and what it owns, from a seed. */
import { type Company, OFFICE, publicIp, type Sender, type User, VPN } from "./company.ts";
import { createEstate } from "./estate.ts";
import { createRandom, type Random } from "./random.ts";

const FIRST =
  "Amara Ben Chloe Dmitri Elif Farid Grace Hugo Ines Jonas Keira Liam Maya Noor Oscar Priya Quentin Rosa Samir Tessa Umar Vera Wen Ximena Yusuf Zoe".split(
    " ",
  );
const LAST =
  "Abbott Bauer Castillo Dahl Evans Ferrari Garcia Hansen Ivanova Jensen Kaur Lopez Moreau Novak Okafor Petit Quinn Rossi Singh Tanaka Ueda Vargas Weber Xu Young Zieba".split(
    " ",
  );
const JOBS: readonly (readonly [string, string])[] = [
  ["Finance", "Accountant"],
  ["Finance", "Treasury Manager"],
  ["Sales", "Account Executive"],
  ["Engineering", "Developer"],
  ["Engineering", "Site Reliability Engineer"],
  ["Human Resources", "Recruiter"],
  ["Legal", "Counsel"],
  ["Operations", "Logistics Planner"],
  ["IT", "Service Desk Analyst"],
];

/** The same name and seed give the same company. */
export function createCompany(
  of: { name: string; workspaceId: string; azureTenantId: string },
  seed: string,
  userCount: number,
): Company {
  const random = createRandom(`${seed}/${of.name}/company`);
  const domain = `${of.name}.example`;
  const sidBase = [0, 0, 0].map(() => random.int(1_000_000_000, 4_000_000_000)).join("-");
  const users = Array.from({ length: userCount }, (_, index) =>
    createUser(random, domain, sidBase, index),
  );
  const sender = (name: string, at: string, linkDomain: string): Sender => ({
    address: `${name}@${at}`,
    name: at.split(".")[0] ?? at,
    domain: at,
    ip: publicIp(random),
    linkDomain,
  });
  return {
    ...of,
    domain,
    users,
    office: OFFICE,
    officeIp: publicIp(random),
    vpn: VPN,
    vpnIps: [publicIp(random), publicIp(random)],
    scannerIp: publicIp(random),
    partners: [
      sender("news", "harbourfreight.example", "mailing.harbourfreight.example"),
      sender("invoices", "northwindtraders.example", "portal.northwindtraders.example"),
      sender("events", "adatum.example", "events.adatum.example"),
    ],
    trainer: sender("it-desk", "mail-awareness.example", "login.mail-awareness.example"),
    estate: createEstate(random, { name: of.name, domain, users }, () => publicIp(random)),
  };
}

function createUser(random: Random, domain: string, sidBase: string, index: number): User {
  const first = FIRST[index % FIRST.length] ?? "Alex";
  const last = LAST[(index * 7 + Math.floor(index / FIRST.length)) % LAST.length] ?? "Doe";
  const number = index < FIRST.length ? "" : String(Math.floor(index / FIRST.length));
  const account = `${first}.${last}${number}`.toLowerCase();
  const [department, title] = random.pick(JOBS);
  const name = `${domain.slice(0, 3)}-lt-${String(index + 101)}`;
  return {
    upn: `${account}@${domain}`,
    name: `${first} ${last}`,
    account,
    id: random.guid(),
    sid: `S-1-5-21-${sidBase}-${1100 + index}`,
    department,
    title,
    homeIp: publicIp(random),
    host: {
      name,
      fqdn: `${name}.${domain}`,
      deviceId: random.hex(40),
      aadDeviceId: random.guid(),
      ip: `10.20.${Math.floor(index / 200)}.${(index % 200) + 20}`,
    },
  };
}
