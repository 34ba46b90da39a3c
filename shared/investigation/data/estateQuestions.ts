/** Questions that several families of device incidents share: signatures, destinations, who the people are. */
import type { Family, Question } from "../question.ts";

/** Is the file signed by somebody whom the devices trust? */
export const signatureQuestion = (id: string, family: Family): Question => ({
  id,
  family,
  question: "Is the file signed by somebody whom the devices trust?",
  kql: `let sums = union (DeviceFileEvents | where TimeGenerated between (_base .. _end) and (SHA256 in~ (_hashes) or SHA1 in~ (_hashes)) | project SHA1), (DeviceProcessEvents | where TimeGenerated between (_base .. _end) and (SHA256 in~ (_hashes) or SHA1 in~ (_hashes)) | project SHA1)
| where isnotempty(SHA1)
| distinct SHA1;
DeviceFileCertificateInfo
| where TimeGenerated between (_base .. _end) and (SHA1 in~ (sums) or SHA1 in~ (_hashes))
| summarize Devices = dcount(DeviceName) by Signer, Signed = tostring(IsSigned), Trusted = tostring(IsTrusted)`,
  tables: ["DeviceFileCertificateInfo", "DeviceFileEvents", "DeviceProcessEvents"],
  stretch: "all",
  needs: ["hashes"],
  findings: [
    {
      id: `${id}.trusted`,
      kind: "value",
      isKey: true,
      when: [
        { column: "Signed", is: ["true"] },
        { column: "Trusted", is: ["true"] },
      ],
      text: "The file is signed by {Signer}, and the devices trust the signature.",
    },
    {
      id: `${id}.untrusted`,
      kind: "value",
      text: "The file carries no signature that the devices trust (signed: {Signed}, trusted: {Trusted}).",
    },
  ],
});

/** Had devices connected to the addresses before? */
export const destinationQuestion = (id: string, family: Family): Question => ({
  id,
  family,
  question: "Had devices of the company connected to these addresses before?",
  kql: `DeviceNetworkEvents
| where TimeGenerated between (_base .. _start) and RemoteIP in (_ips)
| summarize Devices = dcount(DeviceName), Days = dcount(bin(TimeGenerated, 1d)), First = min(TimeGenerated) by RemoteIP
| order by Devices desc`,
  tables: ["DeviceNetworkEvents"],
  stretch: "before",
  needs: ["ips"],
  findings: [
    {
      id: `${id}.known`,
      isContext: true,
      kind: "value",
      isKey: true,
      when: [{ column: "Days", at_least: 2 }],
      text: "{Devices|device} had connected to {RemoteIP} before, on {Days|day} since {First}.",
      entities: { RemoteIP: "ip" },
    },
  ],
  none: {
    id: `${id}.new`,
    text: "No device is recorded to have connected to these addresses before.",
  },
});

/** Had the users signed in from the suspected addresses before, and on what devices now? */
export const usualAddressQuestion = (id: string, family: Family): Question => ({
  id,
  family,
  question: "Are the addresses usual for the users?",
  kql: `SigninLogs
| where TimeGenerated between (_base .. _start) and UserPrincipalName in~ (_users) and IPAddress in (_ips) and ResultType == "0"
| summarize Signins = count(), Days = dcount(bin(TimeGenerated, 1d)), First = min(TimeGenerated) by UserPrincipalName, IPAddress
| order by Days desc`,
  tables: ["SigninLogs"],
  stretch: "before",
  needs: ["ips"],
  decides: true,
  findings: [
    {
      id: `${id}.usual`,
      isContext: true,
      kind: "value",
      isKey: true,
      when: [{ column: "Days", at_least: 2 }],
      text: "{UserPrincipalName} had been signing in from {IPAddress} before, on {Days|day} since {First}.",
      entities: { UserPrincipalName: "account", IPAddress: "ip" },
    },
  ],
  none: {
    id: `${id}.new`,
    isKey: true,
    text: "The users had not signed in from the suspected addresses in the weeks before.",
  },
});

/** How many people use the suspected addresses: an office or a VPN serves many. */
export const sharedAddressQuestion = (id: string, family: Family): Question => ({
  id,
  family,
  question: "How many users had signed in from the suspected addresses before?",
  kql: `SigninLogs
| where TimeGenerated between (_base .. _start) and IPAddress in (_ips) and ResultType == "0"
| summarize Users = dcount(UserPrincipalName), First = min(TimeGenerated) by IPAddress
| order by Users desc`,
  tables: ["SigninLogs"],
  stretch: "before",
  needs: ["ips"],
  findings: [
    {
      id: `${id}.shared`,
      isContext: true,
      kind: "value",
      isKey: true,
      when: [{ column: "Users", at_least: 3 }],
      text: "{Users|user} had been signing in from {IPAddress} since {First}.",
      entities: { IPAddress: "ip" },
    },
  ],
});

/** On which kind of device did the users work at the suspected addresses? */
export const deviceQuestion = (id: string, family: Family): Question => ({
  id,
  family,
  question: "On which kind of device did the users work at the suspected addresses?",
  kql: `SigninLogs
| where TimeGenerated between (_start .. _end) and UserPrincipalName in~ (_users) and IPAddress in (_ips) and ResultType == "0"
| extend Device = iff(tolower(tostring(DeviceDetail.isCompliant)) == "true", "a managed and compliant device", "no known device")
| summarize Signins = count(), First = min(TimeGenerated) by UserPrincipalName, IPAddress, Device
| order by First asc`,
  tables: ["SigninLogs"],
  stretch: "activity",
  needs: ["ips"],
  findings: [
    {
      id: `${id}.unknown_device`,
      kind: "value",
      isKey: true,
      when: [{ column: "Device", is: ["no known device"] }],
      text: "{UserPrincipalName} was signed in from {IPAddress} on {Device!} at {First}.",
      at: "First",
      entities: { UserPrincipalName: "account", IPAddress: "ip" },
    },
    {
      id: `${id}.own_device`,
      kind: "value",
      isKey: true,
      text: "{UserPrincipalName} was signed in from {IPAddress} on {Device!} at {First}.",
      at: "First",
      entities: { UserPrincipalName: "account", IPAddress: "ip" },
    },
  ],
});
