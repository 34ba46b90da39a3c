/** Sign-in attacks: what was tried, and whether it worked. */
import type { Question } from "../question.ts";

/** Results that are no failure of a credential: interrupts for consent, keep-me-signed-in, expired sessions. */
const INTERRUPTS = `"0", "50125", "50140", "70043", "70044"`;

/** Wrong password, locked out, expired or invalid password. */
const BAD_PASSWORD = `"50126", "50053", "50055", "50056"`;

export const SIGNIN_ATTEMPT_QUESTIONS: readonly Question[] = [
  {
    id: "s01",
    family: "signin_attack",
    question: "How many sign-ins failed, from which addresses, for which users?",
    kql: `SigninLogs
| where TimeGenerated between (_start .. _end)
| where UserPrincipalName in~ (_users) or IPAddress in (_ips)
| where ResultType !in (${INTERRUPTS})
| summarize Failures = count(), First = min(TimeGenerated), Last = max(TimeGenerated), Codes = make_set(ResultType) by UserPrincipalName, IPAddress
| order by Failures desc`,
    tables: ["SigninLogs"],
    stretch: "activity",
    needs: ["users", "ips"],
    decides: true,
    learns: [
      {
        column: "IPAddress",
        as: "ips",
        when: [{ column: "Failures", at_least: 5 }],
        ifNone: true,
      },
    ],
    findings: [
      {
        id: "s01.many_failures",
        kind: "order",
        isKey: true,
        when: [{ column: "Failures", at_least: 10 }],
        text: "{Failures|sign-in} of {UserPrincipalName} from {IPAddress} failed between {First} and {Last}.",
        at: "First",
        entities: { UserPrincipalName: "account", IPAddress: "ip" },
      },
      {
        id: "s01.some_failures",
        kind: "order",
        text: "{Failures|sign-in} of {UserPrincipalName} from {IPAddress} failed between {First} and {Last}.",
        at: "First",
      },
    ],
    none: {
      id: "s01.no_failure",
      text: "No failed cloud sign-in of these users or addresses is recorded.",
    },
  },
  {
    id: "s02",
    family: "signin_attack",
    question: "Did one address try the passwords of many users?",
    kql: `SigninLogs
| where TimeGenerated between (_start .. _end) and IPAddress in (_ips)
| where ResultType in (${BAD_PASSWORD})
| summarize Users = dcount(UserPrincipalName), Failures = count(), First = min(TimeGenerated), Last = max(TimeGenerated) by IPAddress
| order by Users desc`,
    tables: ["SigninLogs"],
    stretch: "activity",
    needs: ["ips"],
    findings: [
      {
        id: "s02.spray",
        kind: "order",
        isKey: true,
        when: [{ column: "Users", at_least: 5 }],
        text: "{IPAddress} tried bad passwords for {Users|user} ({Failures|attempt}) between {First} and {Last}.",
        at: "First",
        entities: { IPAddress: "ip" },
      },
    ],
  },
  {
    id: "s03",
    family: "signin_attack",
    question: "Did a sign-in succeed after failures from the same address?",
    kql: `let failed = SigninLogs
| where TimeGenerated between (_start .. _end) and ResultType in (${BAD_PASSWORD})
| where IPAddress in (_ips)
| summarize Failures = count(), FirstFailure = min(TimeGenerated) by UserPrincipalName, IPAddress;
SigninLogs
| where TimeGenerated between (_start .. _end) and ResultType == "0"
| join kind=inner (failed) on UserPrincipalName, IPAddress
| where TimeGenerated > FirstFailure
| summarize Successes = count(), FirstSuccess = min(TimeGenerated) by UserPrincipalName, IPAddress, Failures, FirstFailure
| order by Failures desc`,
    tables: ["SigninLogs"],
    stretch: "activity",
    needs: ["ips"],
    decides: true,
    learns: [{ column: "UserPrincipalName", as: "users" }],
    findings: [
      {
        id: "s03.guessed",
        kind: "order",
        isKey: true,
        when: [{ column: "Failures", at_least: 5 }],
        text: "After {Failures|failure} since {FirstFailure}, {UserPrincipalName} was signed in from {IPAddress} at {FirstSuccess}.",
        at: "FirstSuccess",
        entities: { UserPrincipalName: "account", IPAddress: "ip" },
      },
      {
        id: "s03.mistyped",
        kind: "order",
        text: "After {Failures|failure} since {FirstFailure}, {UserPrincipalName} was signed in from {IPAddress} at {FirstSuccess}.",
        at: "FirstSuccess",
        entities: { UserPrincipalName: "account", IPAddress: "ip" },
      },
    ],
    none: {
      id: "s03.no_success_after_failure",
      isKey: true,
      text: "No sign-in from the suspected addresses succeeded after failures.",
    },
  },
  {
    id: "s07",
    family: "signin_attack",
    question: "Have the suspected addresses tried passwords before, week by week?",
    kql: `SigninLogs
| where TimeGenerated between (_base .. _start) and IPAddress in (_ips)
| where ResultType in (${BAD_PASSWORD})
| summarize Days = dcount(bin(TimeGenerated, 1d)), Users = dcount(UserPrincipalName), Failures = count(), First = min(TimeGenerated) by IPAddress
| order by Days desc`,
    tables: ["SigninLogs"],
    stretch: "before",
    needs: ["ips"],
    findings: [
      {
        id: "s07.recurring",
        kind: "value",
        isKey: true,
        when: [
          { column: "Days", at_least: 2 },
          { column: "Users", at_least: 3 },
        ],
        text: "{IPAddress} had tried bad passwords before, on {Days|day} since {First}, for {Users|user}.",
        entities: { IPAddress: "ip" },
      },
    ],
  },
];
