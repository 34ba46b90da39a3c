/** Incidents that can be changed, for tests: each is there once somebody asks for it, new and of High severity. */
import type { IncidentWriter } from "../ports/incidentWriter.ts";
import type { CurrentIncident } from "../schemas/incidentsWriteback.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import { NOW } from "./fixtures.ts";

export class ScriptedIncidents implements IncidentWriter {
  readonly comments = new Map<string, string>();
  readonly tasks = new Map<string, string>();
  readonly #incidents = new Map<string, CurrentIncident>();
  readonly #has: (provider: SiemProvider, number: number) => boolean;
  #version = 1;

  /** @param has which incidents there are at all; left out, every one. */
  constructor(has: (provider: SiemProvider, number: number) => boolean = () => true) {
    this.#has = has;
  }

  async currentIncident(
    provider: SiemProvider,
    { number }: { number: number },
  ): Promise<CurrentIncident | undefined> {
    if (!this.#has(provider, number)) return undefined;
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
