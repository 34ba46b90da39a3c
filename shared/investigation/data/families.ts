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
};

/** Tactic of each technique that incidents of these families name. */
export const TACTIC_OF: Readonly<Record<string, string>> = {
  T1078: "InitialAccess",
  T1098: "Persistence",
  T1110: "CredentialAccess",
  T1114: "Collection",
  T1204: "Execution",
  T1534: "LateralMovement",
  T1556: "CredentialAccess",
  T1564: "DefenseEvasion",
  T1566: "InitialAccess",
  T1598: "Reconnaissance",
  T1621: "CredentialAccess",
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
