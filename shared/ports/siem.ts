/** The workspace behind a provider: incidents, alerts and queries, in our words. */
import type { MergedInto, SentinelIncident } from "../schemas/incidents.ts";
import type { IncidentRow } from "../schemas/incidentsRelated.ts";
import type { JsonObject } from "../schemas/json.ts";
import type { QueryResult, TimeRange, WorkspaceSchema } from "../schemas/kql.ts";
import type { ConnectionCheck, SiemProvider } from "../schemas/providers.ts";
import type { IncidentWriter } from "./incidentWriter.ts";
import type { UnreadableRow } from "../schemas/setAsideRows.ts";
import type { Severity } from "../schemas/severity.ts";

/** The newest SecurityAlert row of one alert; `entities` is the parsed Entities document, `[]` when it is not JSON. */
export interface SentinelAlert {
  id: string;
  name: string;
  severity: Severity;
  /** The severity as Sentinel wrote it, when it never documented it. */
  stated_severity?: string;
  status: string;
  product: string;
  started_at: string | null;
  ended_at: string | null;
  tactics: string[];
  techniques: string[];
  entities: JsonObject[];
}

export interface SiemQuery {
  kql: string;
  /** Sent besides the text: the service applies it in addition to the query's own bounds. */
  timespan: TimeRange;
  /** At most 500,000. */
  maxRows: number;
  /** From when the service is asked: waiting for a place does not count. */
  timeoutMs: number;
  /** A person waits for the answer: it goes before queries that nobody looks at. */
  isHunt?: boolean;
}

/**
 * Every method throws AppError `siem-unavailable` (its detail says what the service answered, in words an
 * administrator can act on; `retryAfterSeconds` when it asked to wait) or `query-timeout`.
 */
export interface Siem extends IncidentWriter {
  /**
   * Newest row of each incident changed in the range, oldest change first, in pages of at most `pageSize`.
   * Both bounds are inclusive.
   * @param onUnreadable is given each row that is no incident, before the page that it stood in; without it such a
   *   row fails the call.
   */
  changedIncidents(
    provider: SiemProvider,
    range: TimeRange,
    pageSize: number,
    onUnreadable?: (row: UnreadableRow) => void,
  ): AsyncIterable<SentinelIncident[]>;
  /** `undefined` when the workspace holds no such incident. */
  incident(
    provider: SiemProvider,
    number: number,
    range: TimeRange,
  ): Promise<SentinelIncident | undefined>;
  /** The same by its name, a GUID: SecurityIncident.IncidentName. */
  incidentNamed(
    provider: SiemProvider,
    name: string,
    range: TimeRange,
  ): Promise<SentinelIncident | undefined>;
  /** The newest `limit` rows of the incident in the range, in any order; rows that cannot be read are left out. */
  incidentRows(
    provider: SiemProvider,
    number: number,
    range: TimeRange,
    limit: number,
  ): Promise<IncidentRow[]>;
  /** Those of the alerts that SecurityAlert holds in the range. */
  alerts(
    provider: SiemProvider,
    alertIds: readonly string[],
    range: TimeRange,
  ): Promise<SentinelAlert[]>;
  /**
   * The incident that Defender went on with, at the end of all merges; null for one that stands for itself, or that
   * Defender does not know. Microsoft Graph is asked: Sentinel's own row says it only where it is new enough.
   * @param sourceIncidentId Defender's number.
   */
  mergedInto(
    provider: SiemProvider,
    sourceIncidentId: string,
    range: TimeRange,
  ): Promise<MergedInto | null>;
  /** @throws AppError `kql-refused` when the service does not accept the text, `rate-limited` when a hunt finds no place. */
  query(provider: SiemProvider, query: SiemQuery): Promise<QueryResult>;
  /**
   * Tables, columns and functions of the workspace as it describes itself, custom and saved ones included. Remembered
   * for an hour; when the workspace does not answer, what was known last is given as long as there is something.
   */
  schema(provider: SiemProvider): Promise<WorkspaceSchema>;
  /**
   * Tries the connection step by step: every check once, in the order of ConnectionCheck's names. Never throws for what
   * the provider or the services do; takes at most about half a minute. Nothing is remembered of it.
   * @param secret tried instead of the provider's sealed one: for a provider that is not saved yet.
   */
  check(provider: SiemProvider, secret?: string): Promise<ConnectionCheck[]>;
}
