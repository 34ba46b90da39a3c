/** What words of a sentence say a value is, and what a column says it is: a host must not be called a user. */

export type Role =
  | "user"
  | "host"
  | "address"
  | "place"
  | "url"
  | "domain"
  | "hash"
  | "file"
  | "process"
  | "app";

/** By the column's name; the first that fits. */
export const COLUMN_ROLES: readonly (readonly [pattern: RegExp, role: Role])[] = [
  [/^(?:.*IP|.*Ip|IPAddress|IpAddress|.*IPAddress|ClientIP|NetworkIP|Address)$/, "address"],
  [/UserAgent/, "app"],
  [
    /User(?:PrincipalName|DisplayName|Name|Upn)?$|Upn$|UPN$|Account(?:Name)?$|^Actor$|Mailbox/,
    "user",
  ],
  [/Sender(?:FromAddress)?$|Recipient(?:EmailAddress)?$/, "user"],
  [/DeviceName|Computer|Host(?:Name)?$|Machine|Workstation/, "host"],
  [/Country|City|Location$|^Place$/, "place"],
  [/Url$|URL$/, "url"],
  [/Domain(?:Name)?$/, "domain"],
  [/SHA1|SHA256|MD5|Hash/, "hash"],
  [/CommandLine|ProcessName$|^Process$/, "process"],
  [/FileName|FolderPath|Attachment/, "file"],
  [/App(?:DisplayName|lication)?$/, "app"],
];

/** Shapes that a value cannot have by chance. */
export const VALUE_ROLES: readonly (readonly [pattern: RegExp, role: Role])[] = [
  [/^(?:\d{1,3}\.){3}\d{1,3}$/, "address"],
  [/^[\da-f]*:[\da-f:]+:[\da-f]*$/i, "address"],
  [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "user"],
  [/^https?:\/\//i, "url"],
  [/^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64})$/i, "hash"],
];

/** What a noun right before a value says that the value is; every role that fits it. */
export const NOUN_ROLES: Readonly<Record<string, readonly Role[]>> = {
  user: ["user"],
  account: ["user"],
  mailbox: ["user"],
  person: ["user"],
  employee: ["user"],
  identity: ["user", "app"],
  recipient: ["user"],
  sender: ["user", "domain"],
  host: ["host", "address", "domain"],
  hostname: ["host", "domain"],
  device: ["host"],
  machine: ["host"],
  computer: ["host"],
  workstation: ["host"],
  server: ["host", "address", "domain"],
  laptop: ["host"],
  endpoint: ["host", "url", "address"],
  address: ["address", "user"],
  ip: ["address"],
  country: ["place"],
  city: ["place"],
  location: ["place", "address"],
  url: ["url", "domain"],
  link: ["url", "domain"],
  domain: ["domain", "url", "host"],
  hash: ["hash"],
  file: ["file", "hash", "process"],
  attachment: ["file", "hash"],
  process: ["process", "file"],
  program: ["process", "file", "app"],
  command: ["process", "file"],
  application: ["app"],
  app: ["app"],
};

/** Words around a value, and roles that the value then cannot have. */
export const SLOTS: readonly {
  before?: RegExp;
  after?: RegExp;
  /** Only in sentences with such a word. */
  sentence?: RegExp;
  never: readonly Role[];
}[] = [
  {
    after: /^\s+(?:signed|logged|logs|signs)\b|^\s+(?:authenticated|logon)/i,
    never: ["address", "place", "url", "domain", "hash", "file", "host"],
  },
  {
    after: /^\s+(?:clicked|opened the mail|reported|consented|received)\b/i,
    never: ["address", "place", "hash", "host", "url"],
  },
  {
    before: /\bfrom\s+$/i,
    sentence:
      /\bsign(?:ed|s|-in|-ins|ing)?\b|\blog(?:ged|on|in|ons|ins)\b|authenticat|\bfail|attempt/i,
    never: ["user", "hash", "file"],
  },
  {
    before: /\b(?:ran|run|executed|started|seen|dropped|logged) on(?:to)?\s+$/i,
    never: ["user", "hash", "file"],
  },
  { before: /\bconnect(?:ed|ions?|s)? to\s+$/i, never: ["user", "hash", "file", "process"] },
];

/** Words that say which end of a movement or of a time a value is, with the columns that are the other end. */
export const ENDS: readonly { before?: RegExp; after?: RegExp; notColumn: RegExp }[] = [
  { before: /\bfrom\s+$/i, notColumn: /^(?:Target|Dest|Destination|Recipient)/ },
  { before: /\b(?:to|into|onto)\s+$/i, notColumn: /^(?:Source|Src|Sender|Initiating)/ },
  {
    before: /\b(?:sender|source|initiator|caller)(?:\s+(?:address|host|device|account))?\s+$/i,
    notColumn: /^(?:Target|Dest|Destination|Recipient)/,
  },
  {
    before: /\b(?:recipient|target|destination|victim)(?:\s+(?:address|host|device|account))?\s+$/i,
    notColumn: /^(?:Source|Src|Sender|Initiating|Caller)/,
  },
  {
    after: /^\s+(?:sent|wrote|mailed|e-?mailed|forwarded|connected|moved)\b/i,
    notColumn: /^(?:Target|Dest|Destination|Recipient)/,
  },
  {
    after: /^\s+(?:received|got|was (?:sent|mailed|reached|targeted))\b/i,
    notColumn: /^(?:Source|Src|Sender|Initiating|Caller)/,
  },
  { before: /\b(?:first|began|begin|started|since)\b[^.;]{0,24}$/i, notColumn: /^Last/ },
  { before: /\b(?:last|ended|until)\b[^.;]{0,24}$/i, notColumn: /^First/ },
];

/** A sentence with one of these denies that something happened. */
export const DENIAL =
  /\b(?:no|not|none|never|nobody|nothing|nowhere|neither|nor|without|absent|absence|empty|zero|lacks?|lacked|cannot|free of)\b|n['’]t\b/i;
/** Cells that deny by themselves, such as `Blocked` or `notApplied`: not names that happen to begin so. */
export const DENYING_CELL =
  /^(?:no|not\w*|none|never|false|fail\w*|den(?:y|ied)|block\w*|0)(?:[\s:,]|$)/i;

/** What a column must hold to give an entity of a type. */
export const ENTITY_ROLES: Readonly<Record<string, readonly Role[]>> = {
  account: ["user"],
  ip: ["address"],
  host: ["host", "domain"],
  file: ["file", "process"],
  file_hash: ["hash"],
  url: ["url", "domain"],
  domain: ["domain", "url", "host"],
  process: ["process", "file"],
};
