/** Entity types and relations as people read them; each type has a shape of its own beside its colour. */
import type { GraphType, Relation } from "../../../../shared/schemas/graph.ts";

export const TYPES: readonly GraphType[] = [
  "user",
  "host",
  "ip",
  "domain",
  "url",
  "hash",
  "process",
  "email",
];

export const TYPE_WORD: Readonly<Record<GraphType, string>> = {
  ip: "Address",
  user: "Account",
  host: "Host",
  domain: "Domain",
  hash: "Hash",
  email: "Mailbox",
  url: "URL",
  process: "File or process",
};

/** Signs of the tables, like the shapes of the picture. */
export const TYPE_SIGN: Readonly<Record<GraphType, string>> = {
  user: "●",
  host: "■",
  ip: "◆",
  domain: "▲",
  url: "▼",
  hash: "⬟",
  process: "⬢",
  email: "★",
};

export const RELATION_WORD: Readonly<Record<Relation, string>> = {
  SIGNED_IN_FROM: "signed in from",
  CONNECTED_TO: "connected to",
  RESOLVED_TO: "resolved to",
  RAN_ON: "ran on",
  DOWNLOADED_FROM: "downloaded from",
  COMMUNICATED_WITH: "communicated with",
  ASSOCIATED_WITH: "associated with",
  INVESTIGATED_IN: "investigated in",
};

/** Word for a risk, so that colour never stands alone. */
export const riskWords = (risk: number): string =>
  risk >= 0.66 ? "high" : risk >= 0.33 ? "medium" : risk > 0 ? "low" : "none";
