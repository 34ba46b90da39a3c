/** Incidents that can be changed, for tests: each is there as soon as somebody asks for it, new and of High severity. */
import type { IncidentWriter } from "../ports/incidentWriter.ts";
import type { CurrentIncident } from "../schemas/incidentsWriteback.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import { NOW } from "./fixtures.ts";

export class ScriptedIncidents implements IncidentWriter {
  readonly comments = new Map<string, string>();
  readonly tasks = new Map<string, string>();
  readonly #incidents = new Map<string, CurrentIncident>();
  #version = 1;

  async currentIncident(
    provider: SiemProvider,
    { number }: { number: number },
  ): Promise<CurrentIncident> {
    const key = `${provider.id}:${number}`;
    const known = this.#incidents.get(key);
    if (known !== undefined) return known;
    const incident: CurrentIncident = {
      number,
      name: key,
      etag: "1",
      modified_at: NOW,
      status: "new",
      severity: "high",
      classification: null,
      classification_reason: null,
      owner: null,
      labels: [],
      properties: {},
    };
    this.#incidents.set(key, incident);
    return incident;
  }

  async updateIncident(
    _provider: SiemProvider,
    current: CurrentIncident,
    fields: Parameters<IncidentWriter["updateIncident"]>[2],
  ): ReturnType<IncidentWriter["updateIncident"]> {
    const known = this.#incidents.get(current.name);
    if (known?.etag !== current.etag) return { outcome: "conflict" };
    const modified_at = new Date(Date.parse(known.modified_at) + 1000).toISOString();
    const incident = { ...known, ...fields, modified_at, etag: String((this.#version += 1)) };
    this.#incidents.set(current.name, incident);
    return { outcome: "done", incident };
  }

  async addComment(
    _provider: SiemProvider,
    _incident: string,
    { id, message }: { id: string; message: string },
  ): ReturnType<IncidentWriter["addComment"]> {
    this.comments.set(id, message);
    return { outcome: "done" };
  }

  async addTask(
    _provider: SiemProvider,
    _incident: string,
    { id, title }: { id: string; title: string },
  ): ReturnType<IncidentWriter["addTask"]> {
    this.tasks.set(id, title);
    return { outcome: "done" };
  }
}
