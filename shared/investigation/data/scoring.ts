/**
 * What findings are worth. Each reason counts once, when one of its findings was proved and none of its exceptions was.
 * The verdict is the side with the most points, when it has enough and leads clearly; otherwise it stays open.
 */
import type { Reason } from "../question.ts";
import { CLOUD_REASONS } from "./scoringCloud.ts";
import { DEVICE_REASONS } from "./scoringDevices.ts";

/** Fewer points than this decide nothing. */
export const POINTS_TO_DECIDE = 3;
/** The winner must be so many points ahead of the next. */
export const LEAD_TO_DECIDE = 2;
/**
 * What is left of a reason when the question behind it, behind what supports it or behind one of its exceptions could not be
 * answered: what was not looked for may well be there.
 */
export const DOUBTFUL_SHARE = 1 / 3;
/** Confidence of a verdict that just decides, what each further point of lead adds, and where it ends. */
export const CONFIDENCE = { least: 0.6, perPoint: 0.06, most: 0.95, undetermined: 0.3 } as const;

export const REASONS: readonly Reason[] = [
  // Sign-in attacks
  {
    id: "password_guessed",
    toward: "true_positive",
    points: 4,
    findings: ["s03.guessed"],
    unless: ["s05.shared_address", "s04.usual_suspected_address"],
    text: "a sign-in succeeded after many failures from the same address",
  },
  {
    id: "spray",
    toward: "true_positive",
    points: 3,
    findings: ["s02.spray"],
    unless: ["s07.recurring", "s05.shared_address"],
    text: "one address tried the passwords of many users",
  },
  {
    id: "brute_force",
    toward: "true_positive",
    points: 2,
    findings: ["s01.many_failures"],
    unless: ["s07.recurring", "s05.shared_address", "s04.usual_suspected_address"],
    text: "one address failed many times for one user",
  },
  {
    id: "new_place",
    toward: "true_positive",
    points: 2,
    findings: ["s04.new_place", "s04.new_suspected_address"],
    unless: ["s06.compliant_device", "s05.shared_address"],
    text: "a user was signed in from a place never seen for that user, on no known device",
  },
  {
    id: "unknown_address",
    toward: "true_positive",
    points: 1,
    findings: ["s05.unknown_address"],
    unless: ["s06.compliant_device", "s07.recurring"],
    text: "nobody had used the suspected addresses before",
  },
  {
    id: "credentials_changed",
    toward: "true_positive",
    points: 3,
    findings: ["s09.changed_by_suspect"],
    unless: ["s06.compliant_device", "s05.shared_address", "s04.usual_suspected_address"],
    text: "sign-in methods or passwords were changed from a suspected address",
  },
  {
    id: "inbox_rule",
    toward: "true_positive",
    points: 1,
    findings: ["s10.rule_by_suspect"],
    text: "mail rules of a user were changed from a suspected address",
  },
  {
    id: "risk_confirmed",
    toward: "true_positive",
    points: 5,
    findings: ["s08.confirmed"],
    text: "identity protection has a user as compromised",
  },
  {
    id: "risk_high",
    toward: "true_positive",
    points: 1,
    findings: ["s08.high"],
    unless: ["s08.cleared"],
    text: "identity protection rated the risk as high",
  },
  {
    id: "scheduled_scan",
    toward: "benign_positive",
    points: 5,
    findings: ["s07.recurring"],
    unless: ["s03.guessed"],
    text: "the same address has failed with passwords of several users before, on several days",
  },
  {
    id: "known_device",
    toward: "benign_positive",
    points: 4,
    findings: ["s06.compliant_device"],
    unless: ["s03.guessed", "s04.usual_suspected_address"],
    text: "the sign-ins came from a managed, compliant device",
  },
  {
    id: "risk_cleared",
    toward: "benign_positive",
    points: 2,
    findings: ["s08.cleared"],
    text: "the risk was reviewed and cleared",
  },
  {
    id: "shared_address",
    toward: "benign_positive",
    points: 3,
    findings: ["s05.shared_address"],
    text: "several users had long been signing in from the address, as from an office or a VPN",
  },
  {
    id: "usual_address",
    toward: "false_positive",
    points: 4,
    findings: ["s04.usual_suspected_address"],
    unless: ["s05.shared_address"],
    text: "the suspected address is usual for the user",
  },
  // Phishing
  {
    id: "account_taken_over",
    toward: "true_positive",
    points: 5,
    findings: ["p11.taken_over"],
    text: "a user who clicked was signed in from a new address soon after",
  },
  {
    id: "sender_checks_failed",
    toward: "true_positive",
    points: 2,
    findings: ["p03.checks_failed"],
    // What comes from the sender's own server is not forged: the sender's checks are set up badly.
    unless: ["p09.exercise", "p08.rounds", "p14.usual_server"],
    text: "the sender checks failed",
  },
  {
    id: "unknown_sender",
    toward: "true_positive",
    points: 1,
    findings: ["p08.unknown_sender"],
    unless: ["p09.exercise"],
    text: "the sender had never written before",
  },
  {
    id: "link_opened",
    toward: "true_positive",
    points: 1,
    findings: ["p06.clicked", "p10.connected"],
    unless: ["p09.exercise", "p08.known_sender", "p08.rounds"],
    text: "the link was opened",
  },
  {
    id: "sent_onwards",
    toward: "true_positive",
    points: 4,
    findings: ["p12.sent_onwards"],
    text: "a recipient sent the same mail onwards to many",
  },
  {
    id: "exercise",
    toward: "benign_positive",
    points: 6,
    findings: ["p09.exercise"],
    text: "the message belongs to a phishing exercise",
  },
  {
    id: "repeated_exercise",
    toward: "benign_positive",
    points: 4,
    findings: ["p08.rounds"],
    unless: ["p12.sent_onwards", "p09.exercise"],
    text: "the sender writes to many at once in rounds, as phishing exercises do",
  },
  {
    id: "known_sender",
    toward: "false_positive",
    points: 3,
    findings: ["p08.known_sender"],
    // A mailbox that somebody took over writes as its owner always wrote; only the link gives it away.
    unless: ["p13.new_link"],
    text: "the sender has written regularly before",
  },
  {
    id: "known_sender_new_link",
    toward: "true_positive",
    points: 2,
    findings: ["p13.new_link"],
    also: ["p08.known_sender"],
    unless: ["p09.exercise"],
    text: "mail of a known sender leads to where it never led before",
  },
  {
    id: "usual_link",
    toward: "false_positive",
    points: 2,
    findings: ["p13.usual_link"],
    also: ["p08.known_sender"],
    unless: ["p13.new_link"],
    text: "the links lead where mail of the sender had led before",
  },
  {
    id: "sender_checks_passed",
    toward: "false_positive",
    points: 2,
    findings: ["p03.checks_passed"],
    unless: ["p08.unknown_sender", "p08.rounds", "p13.new_link"],
    text: "the sender checks passed",
  },
  ...DEVICE_REASONS,
  ...CLOUD_REASONS,
  // Any incident
  {
    id: "many_severe_alerts",
    toward: "true_positive",
    points: 2,
    findings: ["c07.many_severe"],
    text: "many different alerts of high severity from several products tell of it",
  },
  {
    id: "attack_disruption",
    toward: "true_positive",
    points: 2,
    findings: ["c08.disrupted"],
    text: "Defender disrupted the attack by itself, for which it needs high confidence",
  },
  {
    id: "threat_intelligence",
    toward: "true_positive",
    // A lead, not a verdict: feeds list what once was bad, so something that happened here must speak for it, too.
    points: 2,
    findings: ["c06.indicator", "c10.indicator"],
    // A feed that lists what many have long used without harm is more often wrong than right.
    unless: [
      "s04.usual_suspected_address",
      "s05.shared_address",
      "s07.recurring",
      "p08.rounds",
      "p08.known_sender",
      "m01.steady",
      "m01.rounds",
      "m12.trusted",
      "m13.known",
      "x03.steady",
      "x03.rounds",
      "x13.known",
      "l03.steady",
      "l03.rounds",
      "d03.usual",
      "d05.shared",
      "d10.usual_destination",
      "o02.usual",
      "o03.shared",
    ],
    text: "threat intelligence lists an address, domain or hash of the incident",
  },
  {
    id: "closed_as_true",
    toward: "true_positive",
    points: 1,
    findings: ["c04.closed_true"],
    text: "an incident of the same title was closed as a true positive",
  },
  {
    id: "closed_as_benign",
    toward: "benign_positive",
    points: 2,
    findings: ["c04.closed_benign"],
    text: "incidents of the same title were closed as benign",
  },
  {
    id: "closed_as_false",
    toward: "false_positive",
    points: 2,
    findings: ["c04.closed_false"],
    text: "incidents of the same title were closed as false positives",
  },
];
