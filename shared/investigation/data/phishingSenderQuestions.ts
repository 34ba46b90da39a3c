/** Phishing mail: whether a known sender's mail comes from where it always comes, and leads where it always leads. */
import type { Question } from "../question.ts";

const SERVER = `iff(isempty(SenderIPv4), SenderIPv6, SenderIPv4)`;

export const PHISHING_SENDER_QUESTIONS: readonly Question[] = [
  {
    id: "p13",
    family: "phishing",
    question: "Do the links lead where mail of these senders had led before?",
    kql: `let earlier = EmailEvents
| where TimeGenerated between (_base .. _start) and SenderFromAddress in~ (_senders)
| distinct NetworkMessageId, Sender = tolower(SenderFromAddress);
let usual = EmailUrlInfo
| where TimeGenerated between (_base .. _start)
| join kind=inner (earlier) on NetworkMessageId
| summarize Days = dcount(bin(TimeGenerated, 1d)) by Sender, UrlDomain = tolower(UrlDomain);
let now = EmailEvents
| where TimeGenerated between (_start .. _end) and NetworkMessageId in~ (_mailIds)
| distinct NetworkMessageId, Sender = tolower(SenderFromAddress);
EmailUrlInfo
| where TimeGenerated between (_start .. _end) and NetworkMessageId in~ (_mailIds)
| join kind=inner (now) on NetworkMessageId
| distinct Sender, UrlDomain = tolower(UrlDomain)
| join kind=leftouter (usual) on Sender, UrlDomain
| extend Days = coalesce(Days, 0)
| extend Link = iff(Days >= 2, "usual", iff(Days == 0, "new", "rare"))
| project Sender, UrlDomain, Days, Link
| order by Days asc`,
    tables: ["EmailEvents", "EmailUrlInfo"],
    stretch: "all",
    needs: ["senders"],
    decides: true,
    findings: [
      {
        id: "p13.usual_link",
        kind: "value",
        isKey: true,
        when: [{ column: "Link", is: ["usual"] }],
        text: "Mail of {Sender} had been linking to {UrlDomain} before, on {Days|day}.",
        entities: { Sender: "mailbox" },
      },
      {
        id: "p13.new_link",
        kind: "value",
        isKey: true,
        when: [{ column: "Link", is: ["new"] }],
        text: "Mail of {Sender} links to {UrlDomain}, a domain that is {Link} for this sender.",
        entities: { Sender: "mailbox" },
      },
    ],
  },
  {
    id: "p14",
    family: "phishing",
    question: "Do the messages come from where mail of these senders had come from before?",
    // A server that serves many companies says nothing: whoever rents there sends from it.
    kql: `let servers = EmailEvents
| where TimeGenerated between (_base .. _start) and EmailDirection =~ "Inbound"
| summarize Domains = dcount(SenderFromDomain) by Server = ${SERVER};
let usual = EmailEvents
| where TimeGenerated between (_base .. _start) and SenderFromAddress in~ (_senders) and EmailDirection =~ "Inbound"
| summarize Days = dcount(bin(TimeGenerated, 1d)) by Sender = tolower(SenderFromAddress), Server = ${SERVER}
| where Days >= 3
| join kind=inner (servers) on Server
| where Domains <= 2
| project Sender, Server, Days;
EmailEvents
| where TimeGenerated between (_start .. _end) and NetworkMessageId in~ (_mailIds) and EmailDirection =~ "Inbound"
| extend Server = ${SERVER}, Sender = tolower(SenderFromAddress)
| where isnotempty(Server)
| join kind=inner (usual) on Sender, Server
| summarize Messages = dcount(NetworkMessageId) by Sender, Server, Days`,
    tables: ["EmailEvents"],
    stretch: "all",
    needs: ["mailIds"],
    findings: [
      {
        id: "p14.usual_server",
        kind: "value",
        isKey: true,
        text: "{Messages|message} of {Sender} came from {Server}, which had sent this sender's mail before on {Days|day} and that of hardly anybody else.",
        entities: { Sender: "mailbox" },
      },
    ],
  },
];
