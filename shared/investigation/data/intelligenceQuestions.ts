/** What threat intelligence lists: an entry is a lead, and that a feed lists nothing clears nobody. */
import type { Question } from "../question.ts";

/** A page's address in a feed stands for its host only when it has no path: much is hosted where others also are. */
const WHOLE_HOST = (url: string): string =>
  `(tostring(parse_url(${url}).Path) in ("", "/") and tostring(parse_url(${url}).Host) in~ (_domains))`;

const TEXT =
  "Threat intelligence lists {Matched}[ as {ThreatType}] with a confidence of {ConfidenceScore}.";

export const INTELLIGENCE_QUESTIONS: readonly Question[] = [
  {
    id: "c06",
    family: "common",
    question: "Do the addresses, domains or hashes match threat intelligence?",
    kql: `ThreatIntelligenceIndicator
| where TimeGenerated between (_base .. _end) and Active == true
| summarize arg_max(TimeGenerated, *) by IndicatorId
| where NetworkIP in (_ips) or FileHashValue in~ (_hashes) or DomainName in~ (_domains) or Url in~ (_urls) or ${WHOLE_HOST("Url")}
| project IndicatorId, ThreatType, ConfidenceScore, Matched = strcat(NetworkIP, DomainName, Url, FileHashValue)`,
    tables: ["ThreatIntelligenceIndicator"],
    stretch: "all",
    needs: ["ips", "domains", "hashes"],
    findings: [
      {
        id: "c06.indicator",
        kind: "value",
        isKey: true,
        when: [{ column: "ConfidenceScore", at_least: 50 }],
        text: TEXT,
      },
    ],
    none: {
      id: "c06.no_indicator",
      text: "Threat intelligence lists none of the addresses, domains and hashes.",
    },
  },
  {
    id: "c10",
    family: "common",
    question: "Do the addresses, domains or hashes match the newer table of threat intelligence?",
    kql: `ThreatIntelIndicators
| where TimeGenerated between (_base .. _end) and IsActive == true and Revoked != true and IsDeleted != true
| summarize arg_max(TimeGenerated, *) by Id
| where ObservableValue in (_ips) or ObservableValue in~ (_hashes) or ObservableValue in~ (_domains) or ObservableValue in~ (_urls) or ${WHOLE_HOST("ObservableValue")}
| extend ThreatType = strcat_array(todynamic(tostring(Data.indicator_types)), ", ")
| project Id, ThreatType, ConfidenceScore = Confidence, Matched = ObservableValue`,
    tables: ["ThreatIntelIndicators"],
    stretch: "all",
    needs: ["ips", "domains", "hashes"],
    findings: [
      {
        id: "c10.indicator",
        kind: "value",
        when: [{ column: "ConfidenceScore", at_least: 50 }],
        text: TEXT,
      },
    ],
  },
];
