/** What the rules can count for a question: how people name it, and by what it can be narrowed down. */
import type { ConditionSubject } from "../schemas/conditions.ts";

export interface CountedKind {
  id: string;
  one: string;
  many: string;
  table: string;
  /** What it can be narrowed down by. */
  by: readonly ConditionSubject[];
  /** Words that name it; all must be in the text. */
  named: readonly RegExp[];
  /** Words of which none may be in the text. */
  not?: RegExp;
  /** Words that add nothing to it. */
  plain?: RegExp;
  /** How it is said whose they are, where that is not "of". */
  to?: string;
}

/** Around what stands in a text for a value that it names: its kind's place in CONDITION_SUBJECTS, `_`, its own place. */
export const OPEN = "\u{E000}";
export const CLOSE = "\u{E001}";

const SIGNINS =
  /\b(?:sign-?ins?|sign(?:ed|ing)? in|log-?[io]ns?|log(?:ged|ging)? [io]n|authentications?)(?: (?:attempts?|events?))?\b/gi;
const FAILED = /\b(?:fail(?:s|ed|ing|ures?)?|unsuccessful(?:ly)?)\b/gi;
const SUCCEEDED = /\b(?:succeed(?:s|ed|ing)?|success(?:es|ful|fully)?)\b/gi;
const ALERTS = /\b(?:(?:security|sentinel|defender) )?alerts?\b/gi;
const INCIDENTS = /\bincidents?\b/gi;
const HIGH = /\bhigh(?:-| )severity\b|\bof high severity\b|\bseverity high\b/gi;
const RAISED = /\b(?:raised|fired|triggered|opened|generated|created|named?|names|naming)\b/gi;
const MAILS = /\b(?:e-?mails?|mails?|messages?)(?: messages?)?\b/gi;
const FILES = /\bfiles?\b/gi;
const RECEIVED = /\b(?:received?|arriv(?:e|es|ed)|reach(?:ed)?|sent)\b/gi;
const behind = (words: string): RegExp =>
  new RegExp(String.raw`\b(?:${words})\s+(?:the\s+)?(?:\w+\s+)?(?=${OPEN}0_)`, "gi");
/** Of people a mail comes from one and goes to others: each has to be asked about by itself. */
const FROM = behind("from|by");
const TO = behind("to|for|at|of");

/** The more particular ones first: where the words of two are in a text it is the first that is meant. */
export const COUNTED_KINDS: readonly CountedKind[] = [
  ...signins("signins", "sign-in", "SigninLogs", ["users", "ips"]),
  ...signins("logons", "device logon", "DeviceLogonEvents", ["hosts", "users", "ips"]),
  kind("alerts_high", "high-severity alert", "SecurityAlert", ["users", "ips", "hosts"], {
    named: [ALERTS, HIGH],
    plain: RAISED,
  }),
  kind("alerts", "alert", "SecurityAlert", ["users", "ips", "hosts"], {
    named: [ALERTS],
    plain: RAISED,
  }),
  kind("incidents_high", "high-severity incident", "SecurityIncident", [], {
    named: [INCIDENTS, HIGH],
    plain: RAISED,
  }),
  kind("incidents", "incident", "SecurityIncident", [], { named: [INCIDENTS], plain: RAISED }),
  kind("processes", "process", "DeviceProcessEvents", ["hosts", "users", "files", "hashes"], {
    many: "processes",
    named: [/\bprocess(?:es)?(?: events?)?\b/gi],
    plain: /\b(?:r[ua]n|running|start(?:ed)?|execut(?:ed|ions?)|launch(?:ed)?|created)\b/gi,
  }),
  kind("mails_blocked", "blocked mail", "EmailEvents", ["users", "domains"], {
    named: [MAILS, /\bblocked\b/gi],
    not: FROM,
    plain: RECEIVED,
    to: "to",
  }),
  kind("mails_delivered", "delivered mail", "EmailEvents", ["users", "domains"], {
    named: [MAILS, /\bdelivered\b/gi],
    not: FROM,
    plain: RECEIVED,
    to: "to",
  }),
  kind("mails_sent", "mail", "EmailEvents", ["users"], {
    named: [MAILS, FROM],
    not: TO,
    plain: RECEIVED,
    to: "from",
  }),
  kind("mails", "mail", "EmailEvents", ["users", "domains"], {
    named: [MAILS],
    not: FROM,
    plain: RECEIVED,
    to: "to",
  }),
  kind("clicks", "click on a link", "UrlClickEvents", ["users", "domains"], {
    many: "clicks on links",
    named: [/\b(?:clicks? on (?:a )?links?|(?:link|url) clicks?|clicks?)\b/gi],
  }),
  kind(
    "connections",
    "network connection",
    "DeviceNetworkEvents",
    ["hosts", "ips", "domains", "users", "files"],
    {
      named: [/\b(?:network )?connections?\b/gi],
      plain: /\b(?:opened|made|outbound|established)\b/gi,
    },
  ),
  ...(["created", "deleted", "renamed", "modified"] as const).map((how) =>
    kind(`files_${how}`, `${how} file`, "DeviceFileEvents", ["hosts", "users", "files", "hashes"], {
      named: [FILES, new RegExp(String.raw`\b${how}\b`, "gi")],
    }),
  ),
  kind("downloads", "file download", "OfficeActivity", ["users"], {
    named: [/\b(?:file )?downloads?\b|\bfiles? (?:\w+ ){0,2}downloaded\b/gi],
  }),
  kind("inbox_rules", "inbox rule set", "OfficeActivity", ["users"], {
    many: "inbox rules set",
    named: [/\binbox rules?\b/gi],
    plain: /\b(?:created|set|changed|added)\b/gi,
  }),
  kind("role_assignments", "role assignment", "AuditLogs", ["users"], {
    named: [/\brole assignments?\b/gi],
  }),
  kind("consents", "application consent", "AuditLogs", ["users"], {
    named: [
      /\b(?:application|app|oauth) consents?\b|\bconsents? to (?:an )?app(?:lication)?s?\b/gi,
    ],
    plain: /\b(?:granted|given)\b/gi,
  }),
  ...rowsOf("SigninLogs", ["users", "ips"]),
  ...rowsOf("AADNonInteractiveUserSignInLogs", ["users", "ips"]),
  ...rowsOf("AuditLogs", []),
  ...rowsOf("AzureActivity", ["ips"]),
  ...rowsOf("OfficeActivity", ["users"]),
  ...rowsOf("SecurityAlert", []),
  ...rowsOf("SecurityEvent", ["hosts"]),
  ...rowsOf("CommonSecurityLog", ["ips"]),
  ...rowsOf("Syslog", ["hosts"]),
  ...rowsOf("EmailEvents", ["users"]),
  ...rowsOf("CloudAppEvents", ["ips"]),
  ...["Process", "Network", "File", "Logon", "Registry"].flatMap((what) =>
    rowsOf(`Device${what}Events`, ["hosts"]),
  ),
];

const BY_ID = new Map(COUNTED_KINDS.map((one) => [one.id, one]));

export const countedKindOf = (id: string): CountedKind | undefined => BY_ID.get(id);

function kind(
  id: string,
  one: string,
  table: string,
  by: CountedKind["by"],
  words: Pick<CountedKind, "named" | "not" | "plain" | "to"> & { many?: string },
): CountedKind {
  return { id, one, many: `${one}s`, table, by, ...words };
}

function signins(id: string, one: string, table: string, by: CountedKind["by"]): CountedKind[] {
  const plain = by.includes("hosts") ? { plain: /\bdevice\b/gi } : {};
  return [
    kind(`${id}_failed`, `failed ${one}`, table, by, { named: [SIGNINS, FAILED], ...plain }),
    kind(`${id}_succeeded`, `successful ${one}`, table, by, {
      named: [SIGNINS, SUCCEEDED],
      ...plain,
    }),
    kind(id, one, table, by, { named: [SIGNINS], ...plain }),
  ];
}

function rowsOf(table: string, by: CountedKind["by"]): CountedKind[] {
  const named = [
    /\b(?:rows?|records?|entries|entry|events?)\b/gi,
    new RegExp(String.raw`\b${table}\b`, "g"),
  ];
  const many = `rows of ${table}`;
  return [kind(`rows_${table}`, `row of ${table}`, table, by, { many, named })];
}
