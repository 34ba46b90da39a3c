/** Functions that the security team of a simulated tenant saved for its own use. */
import type { KqlFunction } from "../../shared/schemas/kql.ts";

export const SAVED_FUNCTIONS: readonly KqlFunction[] = [
  {
    name: "FailedSignIns",
    parameters: "days:int=7, least:long=5",
    body:
      "SigninLogs\n| where TimeGenerated > ago(days * 1d) and ResultType != '0'\n" +
      "| summarize Failures = count(), Addresses = dcount(IPAddress), Last = max(TimeGenerated) by UserPrincipalName\n" +
      "| where Failures >= least",
  },
  {
    name: "KnownAddresses",
    parameters: "",
    body: "_GetWatchlist('NetworkAddresses')\n| project Address = SearchKey, Note = tostring(WatchlistItem.Note)",
  },
  {
    name: "WithoutKnownAddresses",
    parameters: "T:(IPAddress:string)",
    body: "T\n| join kind=leftanti KnownAddresses on $left.IPAddress == $right.Address",
  },
  {
    name: "WithDepartment",
    parameters: "T:(UserPrincipalName:string)",
    body:
      "T\n| lookup kind=leftouter (IdentityInfo | summarize arg_max(TimeGenerated, Department, JobTitle) by AccountUPN " +
      "| project UserPrincipalName = AccountUPN, Department, JobTitle) on UserPrincipalName",
  },
];
