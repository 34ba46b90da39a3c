/** Phishing mail: what came, from whom, to whom, with what in it. */
import type { Question } from "../question.ts";

export const PHISHING_MAIL_QUESTIONS: readonly Question[] = [
  {
    id: "p01",
    family: "phishing",
    question: "Which messages are concerned, and where were they delivered?",
    kql: `EmailEvents
| where TimeGenerated between (_start .. _end)
| where NetworkMessageId in~ (_mailIds) or SenderFromAddress in~ (_senders)
| project TimeGenerated, NetworkMessageId, SenderFromAddress, SenderFromDomain, RecipientEmailAddress, Subject, DeliveryAction, DeliveryLocation, ThreatTypes, EmailDirection
| order by TimeGenerated asc`,
    tables: ["EmailEvents"],
    stretch: "activity",
    needs: ["mailIds", "senders"],
    decides: true,
    learns: [
      { column: "NetworkMessageId", as: "mailIds" },
      { column: "SenderFromAddress", as: "senders" },
      { column: "RecipientEmailAddress", as: "users" },
    ],
    findings: [
      {
        id: "p01.delivered",
        kind: "value",
        isKey: true,
        when: [{ column: "DeliveryAction", is: ["Delivered"] }],
        text: "A message from {SenderFromAddress} to {RecipientEmailAddress} with the subject {Subject} was {DeliveryAction} at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { SenderFromAddress: "mailbox" },
      },
      {
        id: "p01.stopped",
        kind: "value",
        isKey: true,
        when: [{ column: "DeliveryAction", is: ["Blocked", "Junked"] }],
        text: "A message from {SenderFromAddress} to {RecipientEmailAddress} with the subject {Subject} was {DeliveryAction} at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { SenderFromAddress: "mailbox" },
      },
    ],
  },
  {
    id: "p02",
    family: "phishing",
    question: "How many people received mail from these senders?",
    kql: `EmailEvents
| where TimeGenerated between (_start .. _end) and SenderFromAddress in~ (_senders)
| summarize Recipients = dcount(RecipientEmailAddress), Messages = count(), First = min(TimeGenerated) by SenderFromAddress
| order by Recipients desc`,
    tables: ["EmailEvents"],
    stretch: "activity",
    needs: ["senders"],
    findings: [
      {
        id: "p02.campaign",
        kind: "value",
        text: "{SenderFromAddress} wrote to {Recipients|recipient} in {Messages|message} since {First}.",
        at: "First",
        entities: { SenderFromAddress: "mailbox" },
      },
    ],
  },
  {
    id: "p03",
    family: "phishing",
    question: "Do the sender checks (SPF, DKIM, DMARC) pass?",
    kql: `EmailEvents
| where TimeGenerated between (_start .. _end) and NetworkMessageId in~ (_mailIds)
| extend Auth = parse_json(AuthenticationDetails)
| extend SPF = tolower(tostring(Auth.SPF)), DKIM = tolower(tostring(Auth.DKIM)), DMARC = tolower(tostring(Auth.DMARC))
| extend From = iff(EmailDirection in~ ("Intra-org", "Outbound"), "inside", "outside")
| summarize Messages = count() by SenderFromAddress, SenderFromDomain, SenderMailFromDomain, SPF, DKIM, DMARC, From
| order by Messages desc`,
    tables: ["EmailEvents"],
    stretch: "activity",
    needs: ["mailIds"],
    findings: [
      {
        id: "p03.checks_failed",
        kind: "value",
        isKey: true,
        when: [{ column: "DMARC", is: ["fail"] }],
        text: "The sender checks of {Messages|message} from {SenderFromAddress} gave SPF {SPF}, DKIM {DKIM}, DMARC {DMARC}[; they came by way of {SenderMailFromDomain}].",
        entities: { SenderFromAddress: "mailbox" },
      },
      {
        id: "p03.checks_passed",
        kind: "value",
        isKey: true,
        when: [
          { column: "SPF", is: ["pass"] },
          { column: "DMARC", is: ["pass"] },
          { column: "From", is: ["outside"] },
        ],
        text: "The sender checks of {Messages|message} from {SenderFromAddress} gave SPF {SPF}, DKIM {DKIM}, DMARC {DMARC}.",
        entities: { SenderFromAddress: "mailbox" },
      },
    ],
  },
  {
    id: "p04",
    family: "phishing",
    question: "Which links do the messages carry?",
    kql: `EmailUrlInfo
| where TimeGenerated between (_start .. _end) and NetworkMessageId in~ (_mailIds)
| summarize Messages = dcount(NetworkMessageId) by Url, UrlDomain
| order by Messages desc`,
    tables: ["EmailUrlInfo"],
    stretch: "activity",
    needs: ["mailIds"],
    learns: [
      { column: "Url", as: "urls" },
      { column: "UrlDomain", as: "domains" },
    ],
    findings: [
      {
        id: "p04.link",
        kind: "value",
        text: "{Messages|message} with a link to {UrlDomain}: {Url}.",
        entities: { Url: "url" },
      },
    ],
    none: { id: "p04.no_link", text: "No link in the messages is recorded." },
  },
  {
    id: "p05",
    family: "phishing",
    question: "Which attachments do the messages carry?",
    kql: `EmailAttachmentInfo
| where TimeGenerated between (_start .. _end) and NetworkMessageId in~ (_mailIds)
| summarize Messages = dcount(NetworkMessageId) by FileName, SHA256
| order by Messages desc`,
    tables: ["EmailAttachmentInfo"],
    stretch: "activity",
    needs: ["mailIds"],
    learns: [{ column: "SHA256", as: "hashes" }],
    findings: [
      {
        id: "p05.attachment",
        kind: "value",
        // No entity of the case by itself: newsletters carry files, too. Who opens or lists it names it.
        text: "{Messages|message} with the attachment {FileName}, whose hash is {SHA256}.",
      },
    ],
    none: { id: "p05.no_attachment", text: "No attachment of the messages is recorded." },
  },
  {
    id: "p08",
    family: "phishing",
    question: "Have these senders written before?",
    kql: `EmailEvents
| where TimeGenerated between (_base .. _start) and SenderFromAddress in~ (_senders)
| summarize Messages = count(), Days = dcount(bin(TimeGenerated, 1d)), Hours = dcount(bin(TimeGenerated, 1h)), Recipients = dcount(RecipientEmailAddress), Inside = countif(EmailDirection in~ ("Intra-org", "Outbound")), First = min(TimeGenerated) by SenderFromAddress
| extend Rhythm = iff(Inside > 0, "inside", iff(Messages >= 4 * Hours and Days < 18, "rounds", iff(Days >= 3 and Messages < 3 * Hours, "regular", "neither")))
| order by Messages desc`,
    tables: ["EmailEvents"],
    stretch: "before",
    needs: ["senders"],
    decides: true,
    findings: [
      {
        // Mail of a colleague is usual whoever holds the mailbox: it clears nobody.
        id: "p08.inside",
        kind: "value",
        when: [{ column: "Rhythm", is: ["inside"] }],
        text: "{SenderFromAddress} writes from inside the company: {Messages|message} on {Days|day} since {First}.",
        entities: { SenderFromAddress: "mailbox" },
      },
      {
        id: "p08.rounds",
        kind: "value",
        isKey: true,
        when: [
          { column: "Rhythm", is: ["rounds"] },
          { column: "Recipients", at_least: 5 },
        ],
        text: "{SenderFromAddress} had written before, to many at once: {Messages|message} on {Days|day} to {Recipients|recipient} since {First}.",
        entities: { SenderFromAddress: "mailbox" },
      },
      {
        id: "p08.known_sender",
        kind: "value",
        isKey: true,
        when: [{ column: "Rhythm", is: ["regular"] }],
        text: "{SenderFromAddress} had written before: {Messages|message} on {Days|day} to {Recipients|recipient} since {First}.",
        entities: { SenderFromAddress: "mailbox" },
      },
    ],
    none: {
      id: "p08.unknown_sender",
      isKey: true,
      text: "No mail of these senders is recorded in the weeks before.",
    },
  },
  {
    id: "p09",
    family: "phishing",
    question: "Did a policy for phishing exercises let the messages through?",
    kql: `EmailEvents
| where TimeGenerated between (_start .. _end) and NetworkMessageId in~ (_mailIds)
| where OrgLevelPolicy has "phishing simulation"
| summarize Messages = count() by SenderFromAddress, OrgLevelPolicy`,
    tables: ["EmailEvents"],
    stretch: "activity",
    needs: ["mailIds"],
    findings: [
      {
        id: "p09.exercise",
        kind: "value",
        isKey: true,
        text: "The policy {OrgLevelPolicy} let {Messages|message} from {SenderFromAddress} through.",
        entities: { SenderFromAddress: "mailbox" },
      },
    ],
  },
];
