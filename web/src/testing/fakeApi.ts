/** A small API in memory, by the product's contract; component tests pass its `fetch` to the client. */
import type { IncidentView } from "../../../shared/schemas/incidents.ts";
import type { InboxItem } from "../../../shared/schemas/notifications.ts";
import type { KqlAnalysis } from "../../../shared/schemas/kql.ts";
import type { Principal } from "../../../shared/schemas/principal.ts";
import type { Evidence, SessionView } from "../../../shared/schemas/sessions.ts";
import type { SyncOfProvider } from "../features/incidents/queries.ts";
import type { HuntResult } from "../features/hunt/queries.ts";
import { FakeProviders } from "./fakeProviders.ts";
import { ANALYST, anIncident, ENRICHED, summaryOf } from "./fixtures.ts";
import { CLEAN, HUNTED, NAMES } from "./huntFixtures.ts";
import { RELATED } from "./relatedFixtures.ts";
import { problem } from "./problem.ts";
import { EVIDENCE } from "./sessionFixtures.ts";

type Handler = (url: URL, body: Record<string, unknown>, headers: Headers) => Response;

export class FakeApi {
  me: Principal = ANALYST;
  incidents: IncidentView[] = [anIncident()];
  sessions: SessionView[] = [];
  evidence: Evidence[] = [EVIDENCE];
  inbox: InboxItem[] = [];
  lastSyncedAt: string | null = new Date().toISOString();
  syncs: SyncOfProvider[] = [];
  readonly providers = new FakeProviders();
  /** What was done to sessions, in order. */
  readonly acts: { act: string; body: Record<string, unknown> }[] = [];
  /** Answers of an incident's timeline, similar incidents and entities. */
  related: Record<string, unknown> = RELATED;
  /** What the analyser says of a text. */
  analyse = (_query: string): KqlAnalysis => CLEAN;
  hunt: HuntResult = HUNTED;
  /** Bodies of the hunts that ran, in order. */
  readonly hunts: Record<string, unknown>[] = [];
  /** Every request: `GET /api/v1/incidents?limit=100`. */
  readonly requests: string[] = [];
  /** What a page's own test answers, by `GET /api/v1/search`. */
  answers: Record<string, Handler> = {};
  /** While set, answers in the API's place where it returns a reply; `path` has no query. */
  fault: ((method: string, path: string) => Response | undefined) | undefined;
  readonly #versions = new Map<number, number>();

  /** Another person's change, behind the page's back. */
  change(number: number, changes: Partial<IncidentView>): void {
    this.incidents = this.incidents.map((each) =>
      each.number === number ? { ...each, ...changes } : each,
    );
    this.#versions.set(number, this.#version(number) + 1);
  }

  readonly fetch = async (input: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input, "http://page.test");
    const method = init.method ?? "GET";
    this.requests.push(`${method} ${url.pathname}${url.search}`);
    const faulty = this.fault?.(method, url.pathname);
    if (faulty !== undefined) return faulty;
    const body: Record<string, unknown> =
      typeof init.body === "string" ? JSON.parse(init.body) : {};
    const headers = new Headers(init.headers);
    const administered = this.providers.answer(method, url.pathname, body, headers);
    if (administered !== undefined) return administered;
    const handler = this.answers[`${method} ${url.pathname}`] ?? this.#route(method, url.pathname);
    if (handler === undefined) return problem(404, "Not found", "No such route.", "not-found");
    return handler(url, body, headers);
  };

  #route(method: string, path: string): Handler | undefined {
    const incident = /^\/api\/v1\/incidents\/(\d+)(\/enrich)?$/.exec(path);
    if (incident !== null) return this.#incidentRoute(method, Number(incident[1]), incident[2]);
    const related = /^\/api\/v1\/incidents\/\d+\/(timeline|similar|entities)$/.exec(path);
    if (related !== null) return () => Response.json(this.related[related[1] ?? ""]);
    const session = /^\/api\/v1\/sessions\/([^/]+)(?:\/evidence\/([^/]+))?$/.exec(path);
    if (session !== null) return () => this.#session(session[1], session[2]);
    const act = /^\/api\/v1\/sessions\/([^/]+)\/(message|pin|feedback|cancel)$/.exec(path);
    if (act !== null && method === "POST") {
      return (_url, body) => this.#act(act[1] ?? "", act[2] ?? "", body);
    }
    const read = /^\/api\/v1\/notifications\/([^/]+)\/read$/.exec(path);
    if (read !== null) return () => this.#read((item) => item.id === read[1]);
    const routes: Record<string, Handler> = {
      "GET /api/v1/me": () => Response.json(this.me),
      "GET /api/v1/incidents": (url) => this.#list(url),
      "POST /api/v1/incidents/bulk": (_url, body) => this.#bulk(body),
      "GET /api/v1/incidents/export.csv": () => new Response("number\r\n4711\r\n"),
      "GET /api/v1/sessions": () =>
        Response.json({ items: this.sessions, limit: 20, next_cursor: null }),
      "POST /api/v1/investigations/start": () =>
        Response.json({ session_id: this.sessions[0]?.id, status: "active" }, { status: 202 }),
      "POST /api/v1/kql/analyze": (_url, body) =>
        Response.json(this.analyse(String(body["query"]))),
      "GET /api/v1/kql/schema": () => Response.json(NAMES),
      "POST /api/v1/hunting/query": (_url, body) => {
        this.hunts.push(body);
        return Response.json(this.hunt);
      },
      "GET /api/v1/notifications": () => Response.json(this.#inboxPage()),
      "POST /api/v1/notifications/read-all": () => this.#read(() => true),
    };
    return routes[`${method} ${path}`];
  }

  #incidentRoute(method: string, number: number, enrich: string | undefined): Handler | undefined {
    if (!this.incidents.some((each) => each.number === number)) {
      return () => problem(404, "Not found", "No such incident.", "not-found");
    }
    if (method === "POST" && enrich !== undefined) {
      return () => {
        this.change(number, ENRICHED);
        return this.#incident(number);
      };
    }
    if (method === "PATCH") return (_url, body, headers) => this.#patch(number, body, headers);
    return method === "GET" ? () => this.#incident(number) : undefined;
  }

  #patch(number: number, body: Partial<IncidentView>, headers: Headers): Response {
    const match = headers.get("if-match");
    if (match !== null && match !== `"${this.#version(number)}"`) {
      return problem(412, "Changed meanwhile", "Somebody changed it.", "precondition-failed");
    }
    this.change(number, body);
    return this.#incident(number);
  }

  #bulk({ numbers, ...changes }: Record<string, unknown>): Response {
    const wanted: unknown[] = Array.isArray(numbers) ? numbers : [];
    const met = this.incidents.filter(({ number }) => wanted.includes(number));
    for (const { number } of met) this.change(number, changes);
    const items = met.map(({ number }) => ({ number, result: "changed" }));
    return Response.json({ items, changed: met.length, unchanged: 0, failed: 0 });
  }

  #incident(number: number): Response {
    const incident = this.incidents.find((each) => each.number === number);
    return Response.json(incident, { headers: { etag: `"${this.#version(number)}"` } });
  }

  #session(id: string | undefined, evidenceId: string | undefined): Response {
    const session = this.sessions.find((each) => each.id === id);
    const found =
      evidenceId === undefined ? session : this.evidence.find((each) => each.id === evidenceId);
    if (found === undefined) return problem(404, "Not found", "No such session.", "not-found");
    return Response.json(found);
  }

  #act(id: string, act: string, body: Record<string, unknown>): Response {
    this.acts.push({ act, body });
    const change = (changes: Partial<SessionView>) => {
      this.sessions = this.sessions.map((each) =>
        each.id === id ? { ...each, ...changes } : each,
      );
    };
    if (act === "message") return Response.json({ session_id: "ses_2", status: "active" });
    if (act === "pin") change({ pinned: body["pinned"] === true });
    if (act === "cancel") change({ status: "cancelled" });
    return new Response(null, { status: 204 });
  }

  #list(url: URL): Response {
    const wanted = (name: string, value: string) =>
      !url.searchParams.has(name) || url.searchParams.getAll(name).includes(value);
    const text = url.searchParams.get("q")?.toLowerCase() ?? "";
    const items = this.incidents
      .filter((each) => wanted("severity", each.severity) && wanted("status", each.status))
      .filter((each) => each.title.toLowerCase().includes(text))
      .map(summaryOf);
    const page = { items, total: items.length, limit: 100, next_cursor: null };
    return Response.json({ ...page, last_synced_at: this.lastSyncedAt, syncs: this.syncs });
  }

  #inboxPage() {
    const unread = this.inbox.filter((item) => !item.read).length;
    return { items: this.inbox, unread, limit: 10, next_cursor: null };
  }

  #read(isMeant: (item: InboxItem) => boolean): Response {
    this.inbox = this.inbox.map((item) => (isMeant(item) ? { ...item, read: true } : item));
    return Response.json(this.#inboxPage());
  }

  #version(number: number): number {
    return this.#versions.get(number) ?? 1;
  }
}
