/** Incident families: how they are recognised, and who could decide what logs leave open. */
import type { EntityType } from "../../schemas/incidents.ts";
import type { Family } from "../question.ts";

interface Recognition {
  title: string;
  /** ATT&CK techniques, without sub-technique. */
  techniques: readonly string[];
  /** Words of titles and alert names, lower case. */
  words: readonly string[];
  /** Entities that only this family has. */
  entities: readonly EntityType[];
  /** What would decide an open case that no log can: follows "knowing". */
  knowing: string;
  /** Whom to ask for it. */
  ask: string;
}

export const FAMILY_DATA: Readonly<Record<Family, Recognition>> = {
  signin_attack: {
    title: "sign-in attack",
    techniques: ["T1110", "T1078", "T1621", "T1556"],
    words: [
      "sign-in",
      "signin",
      "sign in",
      "logon",
      "login",
      "password",
      "brute",
      "spray",
      "travel",
      "anonymous ip",
      "unfamiliar",
      "mfa",
      "multifactor",
      "leaked credential",
      "risky user",
    ],
    entities: [],
    knowing: "whether the users did these sign-ins themselves",
    ask: "Ask the users, by another way than mail, whether the sign-ins were theirs.",
  },
  phishing: {
    title: "phishing mail",
    techniques: ["T1566", "T1534", "T1598"],
    words: ["phish", "email", "e-mail", "mail message", "malicious url", "url click", "zap"],
    entities: ["mail_message", "mail_cluster"],
    knowing:
      "whether the sender confirms the message by another way than mail, and what the link leads to",
    ask: "Ask the sender by another way than mail, and open the link in a sandbox.",
  },
  malware_host: {
    title: "malware on a host",
    techniques: ["T1204", "T1486", "T1490", "T1105"],
    words: ["malware", "ransom", "trojan", "virus", "backdoor", "hacktool", "worm", "quarantin"],
    entities: ["malware"],
    knowing: "what the file does in a sandbox, and who put it on the device",
    ask: "Have the file analysed, and ask who put it on the device.",
  },
  suspicious_process: {
    title: "suspicious process",
    techniques: ["T1059", "T1053", "T1055", "T1003", "T1218", "T1027", "T1047"],
    words: [
      "powershell",
      "process",
      "command line",
      "script",
      "lsass",
      "mimikatz",
      "scheduled task",
      "injection",
    ],
    entities: [],
    knowing: "who started the command, and what for",
    ask: "Ask the user of the device who started the command, and what for.",
  },
  lateral_movement: {
    title: "lateral movement",
    techniques: ["T1021", "T1570", "T1550", "T1210", "T1563"],
    words: ["lateral", "remote exec", "remote activity", "psexec", "pass-the", "remote machine"],
    entities: [],
    knowing: "whether the owners of the accounts made these logons for their work",
    ask: "Ask the owners of the accounts whether the logons were theirs.",
  },
  data_exfiltration: {
    title: "data exfiltration",
    techniques: ["T1048", "T1567", "T1041", "T1530", "T1213", "T1020", "T1537"],
    words: ["exfiltrat", "mass download", "file sharing", "large upload", "data leak", "data loss"],
    entities: [],
    knowing: "whether the owner of the data agreed that it leaves",
    ask: "Ask the owner of the data whether it was to leave.",
  },
  persistence_cloud: {
    title: "persistence in the cloud",
    techniques: ["T1098", "T1528", "T1564", "T1114", "T1137"],
    words: [
      "inbox",
      "forwarding",
      "oauth",
      "consent",
      "service principal",
      "app registration",
      "application was granted",
    ],
    entities: [],
    knowing: "whether the users set these rules and consents up themselves",
    ask: "Ask the users whether the rules and consents are theirs.",
  },
};

/** Families that a tactic speaks for when nothing else is known of the incident. */
export const FAMILIES_OF_TACTIC: Readonly<Record<string, readonly Family[]>> = {
  Execution: ["malware_host", "suspicious_process"],
  LateralMovement: ["lateral_movement"],
  Collection: ["data_exfiltration"],
  Exfiltration: ["data_exfiltration"],
  CredentialAccess: ["signin_attack"],
  Persistence: ["persistence_cloud"],
};
