/** Incident families: how they are recognised, and what to do about them. */
import type { EntityType } from "../../schemas/incidents.ts";
import type { Action, Family } from "../question.ts";

interface Recognition {
  title: string;
  /** ATT&CK techniques, without sub-technique. */
  techniques: readonly string[];
  /** Words of titles and alert names, lower case. */
  words: readonly string[];
  /** Entities that only this family has. */
  entities: readonly EntityType[];
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
  },
  phishing: {
    title: "phishing mail",
    techniques: ["T1566", "T1534", "T1598"],
    words: ["phish", "email", "e-mail", "mail message", "malicious url", "url click", "zap"],
    entities: ["mail_message", "mail_cluster"],
  },
  malware_host: {
    title: "malware on a host",
    techniques: ["T1204", "T1486", "T1490", "T1105"],
    words: ["malware", "ransom", "trojan", "virus", "backdoor", "hacktool", "worm", "quarantin"],
    entities: ["malware"],
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
  },
  lateral_movement: {
    title: "lateral movement",
    techniques: ["T1021", "T1570", "T1550", "T1210", "T1563"],
    words: ["lateral", "remote exec", "remote activity", "psexec", "pass-the", "remote machine"],
    entities: [],
  },
  data_exfiltration: {
    title: "data exfiltration",
    techniques: ["T1048", "T1567", "T1041", "T1530", "T1213", "T1020", "T1537"],
    words: ["exfiltrat", "mass download", "file sharing", "large upload", "data leak", "data loss"],
    entities: [],
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

export const ACTIONS: readonly Action[] = [
  {
    verdict: "true_positive",
    family: "signin_attack",
    text: "Revoke the sessions of the users named here and reset their passwords.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "signin_attack",
    text: "Block the addresses named here by Conditional Access.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "signin_attack",
    personas: ["incident_responder", "threat_hunter"],
    text: "Review sign-in methods, registered devices, inbox rules and consents that were added since the first success.",
    priority: "soon",
  },
  {
    verdict: "true_positive",
    family: "phishing",
    text: "Remove the messages from all mailboxes and block the sender and the link's domain.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "phishing",
    text: "Reset the passwords of those who opened the link, and revoke their sessions.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "malware_host",
    text: "Isolate the devices named here, and block the file's hash.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "malware_host",
    text: "Look for the same hash and destinations on the other devices.",
    priority: "soon",
  },
  {
    verdict: "true_positive",
    family: "suspicious_process",
    text: "Isolate the devices named here, and stop what was set up to start by itself.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "suspicious_process",
    text: "Reset the passwords of the accounts that worked on the devices.",
    priority: "soon",
  },
  {
    verdict: "true_positive",
    family: "lateral_movement",
    text: "Disable the accounts named here, and isolate the device from which they moved.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "lateral_movement",
    text: "Examine each device that was reached for services, tasks and files left there.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "data_exfiltration",
    text: "Revoke the sessions of the users named here, and withdraw what was shared outside.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "data_exfiltration",
    text: "Block the destination, and list the files that were taken for their owners.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "persistence_cloud",
    text: "Remove the rules, and withdraw the consent and credentials of the application.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "persistence_cloud",
    text: "Revoke the sessions of the users named here and reset their passwords.",
    priority: "now",
  },
  {
    verdict: "true_positive",
    family: "any",
    personas: ["threat_hunter"],
    text: "Look for the same addresses, senders and domains at other users.",
    priority: "soon",
  },
  {
    verdict: "true_positive",
    family: "any",
    personas: ["ciso"],
    text: "Ask for a short account of which data the users concerned can reach.",
    priority: "soon",
  },
  {
    verdict: "benign_positive",
    family: "any",
    text: "Confirm with the owner of the activity that it was expected, then close as benign positive.",
    priority: "soon",
  },
  {
    verdict: "benign_positive",
    family: "any",
    text: "Consider an automation rule that closes this expected activity.",
    priority: "later",
  },
  {
    verdict: "false_positive",
    family: "any",
    text: "Close as false positive and tune the rule that raised the alert.",
    priority: "later",
  },
  {
    verdict: "undetermined",
    family: "any",
    text: "Get the data that is named as missing, or ask the users concerned, before closing.",
    priority: "soon",
  },
];
