/** Sign-in attacks: whether places, devices and addresses are usual, and what followed. */
import type { Question } from "../question.ts";
import { CLIENT_ADDRESS } from "./clientAddress.ts";

export const SIGNIN_CONTEXT_QUESTIONS: readonly Question[] = [
  {
    id: "s04",
    family: "signin_attack",
    question: "From which addresses and countries did the users sign in, and had they before?",
    kql: `let usualAddresses = SigninLogs
| where TimeGenerated between (_base .. _start) and UserPrincipalName in~ (_users) and ResultType == "0"
| distinct Pair = strcat(tolower(UserPrincipalName), " ", IPAddress);
let usualCountries = SigninLogs
| where TimeGenerated between (_base .. _start) and UserPrincipalName in~ (_users) and ResultType == "0"
| distinct Pair = strcat(tolower(UserPrincipalName), " ", tostring(LocationDetails.countryOrRegion));
SigninLogs
| where TimeGenerated between (_start .. _end) and UserPrincipalName in~ (_users) and ResultType == "0"
| extend Country = tostring(LocationDetails.countryOrRegion)
| extend Address = iff(strcat(tolower(UserPrincipalName), " ", IPAddress) in (usualAddresses), "usual", "new")
| extend Place = iff(strcat(tolower(UserPrincipalName), " ", Country) in (usualCountries), "usual", "new")
| extend Suspected = iff(array_length(_ips) == 0, "none is named", iff(IPAddress in (_ips), "yes", "no"))
| summarize Successes = count(), First = min(TimeGenerated) by UserPrincipalName, IPAddress, Country, Address, Place, Suspected
| order by First asc`,
    tables: ["SigninLogs"],
    stretch: "activity",
    needs: ["users"],
    decides: true,
    learns: [
      {
        column: "IPAddress",
        as: "ips",
        when: [
          { column: "Place", is: ["new"] },
          { column: "Address", is: ["new"] },
        ],
        ifNone: true,
      },
    ],
    findings: [
      {
        id: "s04.usual_suspected_address",
        kind: "value",
        isKey: true,
        when: [
          { column: "Address", is: ["usual"] },
          { column: "Suspected", is: ["yes"] },
        ],
        text: "The suspected address {IPAddress} is {Address} for {UserPrincipalName}, who signed in from it again at {First}.",
        at: "First",
        entities: { UserPrincipalName: "account", IPAddress: "ip" },
      },
      {
        id: "s04.new_place",
        kind: "value",
        isKey: true,
        when: [
          { column: "Place", is: ["new"] },
          { column: "Country", isNot: [""] },
          { column: "Address", is: ["new"] },
          { column: "Suspected", isNot: ["no"] },
        ],
        text: "{UserPrincipalName} was signed in from {IPAddress} in {Country} at {First}; both the address and the country are {Place} for this user.",
        at: "First",
        entities: { UserPrincipalName: "account", IPAddress: "ip" },
      },
      {
        id: "s04.new_suspected_address",
        kind: "value",
        isKey: true,
        when: [
          { column: "Address", is: ["new"] },
          { column: "Suspected", is: ["yes"] },
        ],
        text: "{UserPrincipalName} was signed in from the suspected address {IPAddress} at {First}, an address that is {Address} for this user.",
        at: "First",
        entities: { UserPrincipalName: "account", IPAddress: "ip" },
      },
    ],
    none: { id: "s04.no_success", isKey: true, text: "No cloud sign-in of the users succeeded." },
  },
  {
    id: "s05",
    family: "signin_attack",
    question: "Were the suspected addresses in use before, and by how many users?",
    kql: `SigninLogs
| where TimeGenerated between (_base .. _start) and IPAddress in (_ips) and ResultType == "0"
| summarize Users = dcount(UserPrincipalName), Successes = count(), First = min(TimeGenerated) by IPAddress
| order by Users desc`,
    tables: ["SigninLogs"],
    stretch: "before",
    needs: ["ips"],
    decides: true,
    findings: [
      {
        id: "s05.shared_address",
        kind: "value",
        isKey: true,
        when: [{ column: "Users", at_least: 3 }],
        text: "{IPAddress} was in use before: {Users|user} had signed in from it, {Successes|time} since {First}.",
        entities: { IPAddress: "ip" },
      },
      {
        id: "s05.known_address",
        kind: "value",
        when: [{ column: "Successes", at_least: 1 }],
        text: "{IPAddress} was in use before: {Users|user} had signed in from it, {Successes|time} since {First}.",
        entities: { IPAddress: "ip" },
      },
    ],
    none: {
      id: "s05.unknown_address",
      isKey: true,
      text: "Nobody had signed in from the suspected addresses in the weeks before.",
    },
  },
  {
    id: "s06",
    family: "signin_attack",
    question: "Was multifactor authentication required, and on which kind of device?",
    kql: `SigninLogs
| where TimeGenerated between (_start .. _end) and UserPrincipalName in~ (_users) and IPAddress in (_ips) and ResultType == "0"
| extend Device = iff(tolower(tostring(DeviceDetail.isCompliant)) == "true", "a compliant device", "no known device")
| extend Factors = case(AuthenticationRequirement =~ "singleFactorAuthentication", "a password only", AuthenticationRequirement =~ "multiFactorAuthentication", "a second factor", "")
| summarize Successes = count(), First = min(TimeGenerated) by UserPrincipalName, IPAddress, Factors, Device
| order by Successes desc`,
    tables: ["SigninLogs"],
    stretch: "activity",
    needs: ["ips"],
    findings: [
      {
        id: "s06.compliant_device",
        kind: "value",
        isKey: true,
        when: [{ column: "Device", is: ["a compliant device"] }],
        text: "{UserPrincipalName} signed in from {IPAddress} at {First} on {Device!}.",
        at: "First",
        entities: { UserPrincipalName: "account", IPAddress: "ip" },
      },
      {
        id: "s06.single_factor",
        kind: "value",
        when: [
          { column: "Factors", is: ["a password only"] },
          { column: "Device", isNot: ["a compliant device"] },
        ],
        text: "The sign-in of {UserPrincipalName} from {IPAddress} at {First} needed {Factors!}, on {Device!}.",
        at: "First",
        entities: { UserPrincipalName: "account", IPAddress: "ip" },
      },
    ],
  },
  {
    id: "s08",
    family: "signin_attack",
    question: "What risk did identity protection record?",
    kql: `AADUserRiskEvents
| where TimeGenerated between (_start .. _end) and UserPrincipalName in~ (_users)
| where array_length(_ips) == 0 or IpAddress in (_ips)
| summarize Events = count(), First = min(TimeGenerated) by UserPrincipalName, RiskEventType, RiskLevel, RiskState, IpAddress
| order by Events desc`,
    tables: ["AADUserRiskEvents"],
    stretch: "activity",
    needs: ["users"],
    findings: [
      {
        id: "s08.confirmed",
        kind: "value",
        isKey: true,
        when: [{ column: "RiskState", is: ["confirmedCompromised"] }],
        text: "Identity protection has {UserPrincipalName} as {RiskState}, for {RiskEventType} from {IpAddress}.",
        entities: { UserPrincipalName: "account", IpAddress: "ip" },
      },
      {
        id: "s08.cleared",
        kind: "value",
        when: [{ column: "RiskState", is: ["confirmedSafe", "dismissed"] }],
        text: "Identity protection has the risk of {UserPrincipalName} from {IpAddress} as {RiskState}.",
        entities: { UserPrincipalName: "account", IpAddress: "ip" },
      },
      {
        id: "s08.high",
        kind: "value",
        when: [
          { column: "RiskLevel", is: ["high"] },
          { column: "RiskState", is: ["atRisk"] },
        ],
        text: "Identity protection rated {RiskEventType} of {UserPrincipalName} from {IpAddress} as {RiskLevel} risk at {First}.",
        at: "First",
        entities: { UserPrincipalName: "account", IpAddress: "ip" },
      },
    ],
    none: {
      id: "s08.no_risk",
      text: "Identity protection recorded no risk for the users at the suspected addresses.",
    },
  },
  {
    id: "s09",
    family: "signin_attack",
    question: "Were passwords, sign-in methods or devices of the users changed?",
    kql: `AuditLogs
| where TimeGenerated between (_start .. _end)
| where OperationName has_any ("security info", "password", "Register device", "registered owner", "strong authentication")
| extend Actor = tostring(InitiatedBy.user.userPrincipalName), ActorIP = tostring(InitiatedBy.user.ipAddress), Target = iff(isempty(tostring(TargetResources[0].userPrincipalName)), tostring(TargetResources[0].displayName), tostring(TargetResources[0].userPrincipalName))
| where Actor in~ (_users) or Target in~ (_users)
| extend Suspected = iff(ActorIP in (_ips), "yes", "no")
| project TimeGenerated, OperationName, Actor, ActorIP, Target, Suspected
| order by TimeGenerated asc`,
    tables: ["AuditLogs"],
    stretch: "activity",
    needs: ["users"],
    decides: true,
    findings: [
      {
        id: "s09.changed_by_suspect",
        kind: "value",
        isKey: true,
        when: [{ column: "Suspected", is: ["yes"] }],
        text: "At {TimeGenerated} the directory recorded {OperationName} for {Target}, done by {Actor} from the suspected address {ActorIP}.",
        at: "TimeGenerated",
        entities: { Actor: "account", Target: "account", ActorIP: "ip" },
      },
      {
        id: "s09.changed",
        kind: "value",
        when: [{ column: "Suspected", is: ["no"] }],
        text: "At {TimeGenerated} the directory recorded {OperationName} for {Target}, done by {Actor}[ from {ActorIP}].",
        at: "TimeGenerated",
        entities: { Actor: "account", Target: "account", ActorIP: "ip" },
      },
    ],
    none: {
      id: "s09.no_change",
      text: "No change of a password, sign-in method or device of the users is recorded.",
    },
  },
  {
    id: "s10",
    family: "signin_attack",
    question: "Were inbox rules or forwarding set up for the users?",
    kql: `OfficeActivity
| where TimeGenerated between (_start .. _end) and UserId in~ (_users)
| where Operation in~ ("New-InboxRule", "Set-InboxRule", "UpdateInboxRules", "Set-Mailbox")
| extend Address = ${CLIENT_ADDRESS}
| extend Suspected = iff(Address in (_ips), "yes", "no")
| project TimeGenerated, Operation, UserId, Address, Suspected
| order by TimeGenerated asc`,
    tables: ["OfficeActivity"],
    stretch: "activity",
    needs: ["users"],
    findings: [
      {
        id: "s10.rule_by_suspect",
        kind: "value",
        isKey: true,
        when: [{ column: "Suspected", is: ["yes"] }],
        text: "{UserId} changed mail rules ({Operation}) from the suspected address {Address} at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { UserId: "account", Address: "ip" },
      },
      {
        id: "s10.rule",
        kind: "value",
        text: "{UserId} changed mail rules ({Operation})[ from {Address}] at {TimeGenerated}.",
        at: "TimeGenerated",
        entities: { UserId: "account" },
      },
    ],
    none: {
      id: "s10.no_inbox_rule",
      text: "No change of inbox rules or forwarding of the users is recorded.",
    },
  },
];
