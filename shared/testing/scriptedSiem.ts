/** A workspace for tests: holds rows per provider, fails when told to, and refuses what nobody scripted. */
import { BUILT_IN_SCHEMA } from "../kql/schema.ts";
import type { IncidentWriter } from "../ports/incidentWriter.ts";
import type { SentinelAlert, Siem, SiemQuery } from "../ports/siem.ts";
import type { MergedInto, SentinelIncident } from "../schemas/incidents.ts";
import type { IncidentRow } from "../schemas/incidentsRelated.ts";
import type { QueryResult, TimeRange, WorkspaceSchema } from "../schemas/kql.ts";
import type { CurrentIncident } from "../schemas/incidentsWriteback.ts";
import type { ConnectionCheck, SiemProvider } from "../schemas/providers.ts";
import { ScriptedIncidents } from "./scriptedIncidents.ts";

interface Workspace {
  incidents: SentinelIncident[];
  alerts: SentinelAlert[];
  rows: IncidentRow[];
  failures: { error: unknown; afterPages: number }[];
}

/** One call, as it came. */
export type SiemCall =
  | { method: "changedIncidents"; providerId: string; range: TimeRange; pageSize: number }
  | { method: "incident"; providerId: string; number: number; range: TimeRange }
  | { method: "incidentNamed"; providerId: string; name: string; range: TimeRange }
  | { method: "incidentRows"; providerId: string; number: number; range: TimeRange; limit: number }
  | { method: "alerts"; providerId: string; alertIds: readonly string[]; range: TimeRange }
  | { method: "mergedInto"; providerId: string; sourceIncidentId: string }
  | { method: "query"; providerId: string; query: SiemQuery }
  | { method: "check"; providerId: string; provider: SiemProvider; secret?: string | undefined };

export class ScriptedSiem implements Siem {
  /** Every call so far, in order. */
  readonly calls: SiemCall[] = [];
  /** Runs before each page of incidents is handed out: a place to let other things happen meanwhile. */
  beforePage: (page: number) => Promise<void> = async () => {};
  /** What Graph tells of merged incidents, by Defender's number of the one that was given up. */
  readonly merges = new Map<string, MergedInto>();
  /** Every question about merges fails with this; undefined: none does. */
  graphFailure: unknown;
  /** Takes what is written back. */
  writer: IncidentWriter = new ScriptedIncidents();
  readonly #workspaces = new Map<string, Workspace>();
  #checks: readonly ConnectionCheck[] = [{ name: "token", state: "ok", detail: "Signed in." }];
  #answer: ((query: SiemQuery, provider: SiemProvider) => QueryResult) | undefined;

  /** The provider's workspace has these newest rows from now on, instead of what it had. */
  holds(
    providerId: string,
    rows: {
      incidents?: readonly SentinelIncident[];
      alerts?: readonly SentinelAlert[];
      /** Of all incidents, one for each change. */
      rows?: readonly IncidentRow[];
    },
  ): void {
    this.#workspaces.set(providerId, {
      incidents: [...(rows.incidents ?? [])],
      alerts: [...(rows.alerts ?? [])],
      rows: [...(rows.rows ?? [])],
      failures: this.#workspaces.get(providerId)?.failures ?? [],
    });
  }

  /** The next call for the provider fails; one for incidents after it has handed out so many pages. */
  failsNext(providerId: string, error: unknown, afterPages = 0): void {
    this.#workspace(providerId).failures.push({ error, afterPages });
  }

  /** Answers `query` from now on. */
  answers(answer: (query: SiemQuery, provider: SiemProvider) => QueryResult): void {
    this.#answer = answer;
  }

  /** What every connection test finds from now on. */
  finds(checks: readonly ConnectionCheck[]): void {
    this.#checks = checks;
  }

  /** The built-in tables: what a workspace without custom tables has. */
  async schema(_provider: SiemProvider): Promise<WorkspaceSchema> {
    return BUILT_IN_SCHEMA;
  }

  async check(provider: SiemProvider, secret?: string): Promise<ConnectionCheck[]> {
    this.calls.push({ method: "check", providerId: provider.id, provider, secret });
    return [...this.#checks];
  }

  async *changedIncidents(
    provider: SiemProvider,
    range: TimeRange,
    pageSize: number,
  ): AsyncIterable<SentinelIncident[]> {
    this.calls.push({ method: "changedIncidents", providerId: provider.id, range, pageSize });
    const workspace = this.#workspace(provider.id);
    const failure = workspace.failures.shift();
    const changed = workspace.incidents
      .filter((incident) => isWithin(incident.last_modified_at, range))
      .toSorted((a, b) => (a.last_modified_at < b.last_modified_at ? -1 : 1));
    for (let page = 0; ; page += 1) {
      if (failure?.afterPages === page) throw failure.error;
      const rows = changed.slice(page * pageSize, (page + 1) * pageSize);
      if (rows.length === 0) break;
      await this.beforePage(page);
      yield rows;
    }
    if (failure !== undefined) throw failure.error;
  }

  async incident(
    provider: SiemProvider,
    number: number,
    range: TimeRange,
  ): Promise<SentinelIncident | undefined> {
    this.calls.push({ method: "incident", providerId: provider.id, number, range });
    const { incidents } = this.#next(provider.id);
    return incidents.find((incident) => incident.number === number);
  }

  async incidentNamed(
    provider: SiemProvider,
    name: string,
    range: TimeRange,
  ): Promise<SentinelIncident | undefined> {
    this.calls.push({ method: "incidentNamed", providerId: provider.id, name, range });
    const { incidents } = this.#next(provider.id);
    return incidents.find(({ sentinel }) => sentinel["IncidentName"] === name);
  }

  async incidentRows(
    provider: SiemProvider,
    number: number,
    range: TimeRange,
    limit: number,
  ): Promise<IncidentRow[]> {
    this.calls.push({ method: "incidentRows", providerId: provider.id, number, range, limit });
    const { rows } = this.#next(provider.id);
    return rows.filter((row) => row.number === number).slice(-limit);
  }

  async alerts(
    provider: SiemProvider,
    alertIds: readonly string[],
    range: TimeRange,
  ): Promise<SentinelAlert[]> {
    this.calls.push({ method: "alerts", providerId: provider.id, alertIds, range });
    const { alerts } = this.#next(provider.id);
    return alerts.filter((alert) => alertIds.includes(alert.id));
  }

  async mergedInto(
    provider: SiemProvider,
    sourceIncidentId: string,
    _range: TimeRange,
  ): Promise<MergedInto | null> {
    this.calls.push({ method: "mergedInto", providerId: provider.id, sourceIncidentId });
    if (this.graphFailure !== undefined) throw this.graphFailure;
    return this.merges.get(sourceIncidentId) ?? null;
  }

  async query(provider: SiemProvider, query: SiemQuery): Promise<QueryResult> {
    this.calls.push({ method: "query", providerId: provider.id, query });
    if (this.#answer === undefined) throw new Error(`No answer was scripted for: ${query.kql}`);
    const failure = this.#workspaces.get(provider.id)?.failures.shift();
    if (failure !== undefined) throw failure.error;
    return this.#answer(query, provider);
  }

  async currentIncident(
    provider: SiemProvider,
    { number }: { number: number },
  ): Promise<CurrentIncident | undefined> {
    return this.writer.currentIncident(provider, { number, name: undefined });
  }

  async updateIncident(...asked: Parameters<IncidentWriter["updateIncident"]>) {
    return this.writer.updateIncident(...asked);
  }

  async addComment(...asked: Parameters<IncidentWriter["addComment"]>) {
    return this.writer.addComment(...asked);
  }

  async addTask(...asked: Parameters<IncidentWriter["addTask"]>) {
    return this.writer.addTask(...asked);
  }

  #next(providerId: string): Workspace {
    const workspace = this.#workspace(providerId);
    const failure = workspace.failures.shift();
    if (failure !== undefined) throw failure.error;
    return workspace;
  }

  #workspace(providerId: string): Workspace {
    const workspace = this.#workspaces.get(providerId);
    if (workspace === undefined) throw new Error(`No workspace was scripted for ${providerId}.`);
    return workspace;
  }
}

const isWithin = (time: string, { from, to }: TimeRange): boolean =>
  Date.parse(time) >= Date.parse(from) && Date.parse(time) <= Date.parse(to);
