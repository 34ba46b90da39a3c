/** The provider administration in memory, by the product's contract. */
import type { z } from "zod";

import type { ConnectionCheck } from "../../../shared/schemas/providers.ts";
import type { SetAsideRow } from "../../../shared/schemas/setAsideRows.ts";
import type { ProviderSync, ProviderView } from "../../../shared/schemas/siemProviders.ts";
import { aProvider } from "./providerFixtures.ts";
import { problem } from "./problem.ts";

const BASE = "/api/admin/siem-providers";

const HEALTHY: ConnectionCheck[] = [
  { name: "token", state: "ok", detail: "Microsoft Entra ID signed the application in." },
  { name: "query", state: "ok", detail: "The workspace answers." },
  { name: "incidents_table", state: "ok", detail: "SecurityIncident has rows." },
  { name: "graph", state: "ok", detail: "Microsoft Graph lets the application read." },
  { name: "arm", state: "skipped", detail: "Subscription and names are not given." },
];

export class FakeProviders {
  list: ProviderView[] = [aProvider()];
  lastSync: z.infer<typeof ProviderSync> = {
    last_success_at: null,
    error: null,
    set_aside: { count: 0, is_more: false },
  };
  /** The rows that were set aside of every provider's synchronisation. */
  setAsideRows: SetAsideRow[] = [];
  /** What every connection test finds. */
  checks: ConnectionCheck[] = HEALTHY;
  /** Bodies of tests, creations and changes, in order. */
  readonly bodies: { call: string; body: Record<string, unknown> }[] = [];
  #version = 1;

  /** Another person's change, behind the page's back. */
  change(id: string, changes: Partial<ProviderView>): void {
    this.list = this.list.map((each) => (each.id === id ? { ...each, ...changes } : each));
    this.#version += 1;
  }

  /** Undefined when the path is none of these. */
  answer(
    method: string,
    path: string,
    body: Record<string, unknown>,
    headers: Headers,
  ): Response | undefined {
    if (!path.startsWith(BASE)) return undefined;
    const [, id = "", act = ""] = path.slice(BASE.length).split("/");
    if (method !== "GET") this.bodies.push({ call: `${method} /${id}`, body });
    if (id === "test") return this.#test();
    if (id === "") return method === "POST" ? this.#create(body) : this.#page();
    const view = this.list.find((each) => each.id === id);
    if (view === undefined) return problem(404, "Not found", "No such provider.", "not-found");
    return this.#onOne(`${method} ${act}`, view, body, headers);
  }

  #onOne(
    call: string,
    view: ProviderView,
    body: Record<string, unknown>,
    headers: Headers,
  ): Response {
    switch (call) {
      case "DELETE ":
        this.list = this.list.filter((each) => each.id !== view.id);
        return new Response(null, { status: 204 });
      case "POST test": {
        const isHealthy = this.checks.every(({ state }) => state !== "failed");
        this.change(view.id, {
          status: isHealthy ? "active" : "error",
          last_health_status: isHealthy ? "healthy" : "error",
          last_health_checks: this.checks,
        });
        return this.#test();
      }
      case "PUT default":
        this.list = this.list.map((each) => ({ ...each, is_default: each.id === view.id }));
        return Response.json({ message: `'${view.name}' set as default provider` });
      case "PATCH ":
        if (![null, `"${this.#version}"`].includes(headers.get("if-match"))) {
          return problem(412, "Changed meanwhile", "It has changed.", "precondition-failed");
        }
        this.change(view.id, body);
        break;
      default:
    }
    const now = this.list.find((each) => each.id === view.id);
    const detail = { ...now, last_sync: this.lastSync, set_aside_rows: this.setAsideRows };
    return Response.json(detail, { headers: { etag: `"${this.#version}"` } });
  }

  #test(): Response {
    const isHealthy = this.checks.every(({ state }) => state !== "failed");
    return Response.json({
      status: isHealthy ? "healthy" : "error",
      message: isHealthy
        ? "Connected to Sentinel workspace successfully"
        : "Connection test failed.",
      latency_ms: 245.3,
      checks: this.checks,
    });
  }

  #create({ client_secret: secret, ...rest }: Record<string, unknown>): Response {
    const made = {
      ...aProvider({ id: `sip_${this.list.length + 1}`, is_default: this.list.length === 0 }),
      ...rest,
      client_secret_masked: `****${String(secret).slice(-4)}`,
    };
    this.list = [...this.list, made];
    return Response.json(made, { status: 201 });
  }

  #page(): Response {
    return Response.json({
      providers: this.list.map((each) => ({ ...each, last_sync: this.lastSync })),
      total: this.list.length,
    });
  }
}
