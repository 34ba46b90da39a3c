/** What every channel that posts must do, over a real wire: each sentence of the port. */
import { createHash } from "node:crypto";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createOutboundHttp } from "../adapters/outboundHttp/outboundHttp.ts";
import type { Outgoing, Sent } from "../domain/attempts.ts";
import type { OutboundHttp } from "../ports/outboundHttp.ts";
import type { NotificationEvent } from "../schemas/notifications.ts";
import { ManualClock } from "./deps.ts";
import { NOW } from "./fixtures.ts";
import { type LoopbackReceiver, startReceiver } from "./loopbackReceiver.ts";

export const anEvent = (
  over: Partial<Extract<NotificationEvent, { type: "incident-alert" }>["data"]> = {},
): NotificationEvent => ({
  id: "evt_0123456789abcdef0123456789",
  type: "incident-alert",
  timestamp: NOW,
  tenant_id: "contoso",
  data: {
    incident_number: 12345,
    title: "Password spray against many accounts",
    severity: "high",
    status: "new",
    provider: "Production Sentinel",
    url: "https://socmate.example/incidents/12345",
    ...over,
  },
});

export const outgoing = (...events: NotificationEvent[]): Outgoing => {
  const [first = anEvent(), ...rest] = events;
  return { id: first.id, events: [first, ...rest] };
};

type Send = (url: string, message: Outgoing) => Promise<Sent>;

/** @param open gives the channel's way to send to an address. */
export function postingChannelContract(
  name: string,
  open: (needs: { http: OutboundHttp; clock: ManualClock }) => Send,
): void {
  describe(`posting channel contract: ${name}`, () => {
    let receiver: LoopbackReceiver;
    let send: Send;
    beforeEach(async () => {
      receiver = await startReceiver();
      const http = createOutboundHttp({ allowLoopback: true, timeoutMs: 200 });
      send = open({ http, clock: new ManualClock() });
    });
    afterEach(async () => receiver.close());

    const answering = (status: number, headers: Record<string, string> = {}) => {
      receiver.answer = (response) => response.writeHead(status, headers).end("secret of theirs");
      return send(`${receiver.url}/hook/secret`, outgoing());
    };

    test("posts JSON once and tells the hash of the bytes that arrived", async () => {
      const sent = await send(`${receiver.url}/hook?sig=1`, outgoing());
      expect(receiver.posts).toHaveLength(1);
      const [post] = receiver.posts;
      expect(post?.path).toBe("/hook?sig=1");
      expect(post?.headers["content-type"]).toBe("application/json");
      expect(() => JSON.parse(post?.body ?? "") as unknown).not.toThrow();
      const hash = createHash("sha256")
        .update(post?.body ?? "")
        .digest("hex");
      expect(sent).toMatchObject({
        outcome: "delivered",
        status_code: 200,
        request_hash: hash,
      });
    });

    test.each([200, 201, 202, 204])("%i is a success", async (status) => {
      expect(await answering(status)).toMatchObject({ outcome: "delivered", status_code: status });
    });

    test.each([400, 401, 403, 404, 429, 500, 502, 503])(
      "%i is a failure that is tried again",
      async (status) => {
        const sent = await answering(status);
        expect(sent).toMatchObject({ outcome: "refused", status_code: status, is_final: false });
      },
    );

    test.each([301, 302, 307, 308])("%i is a failure and is not followed", async (status) => {
      const sent = await answering(status, { location: `${receiver.url}/other` });
      expect(sent).toMatchObject({ outcome: "redirected", status_code: status });
      expect(receiver.posts).toHaveLength(1);
    });

    test("410 is final", async () => {
      expect(await answering(410)).toMatchObject({ outcome: "gone", is_final: true });
    });

    test.each([
      ["120", 120],
      ["Thu, 15 Jan 2026 12:01:30 GMT", 90],
      ["Thu, 15 Jan 2026 11:00:00 GMT", 0],
      ["soon", undefined],
    ])("Retry-After %s asks for %s seconds", async (header, seconds) => {
      const sent = await answering(503, { "retry-after": header });
      expect(sent).toMatchObject({ retry_after_seconds: seconds });
    });

    // What a receiver answers, and where it is, may hold its secrets: the log is read by others.
    test("neither the answer's body nor the address is in what is told", async () => {
      for (const status of [200, 500]) {
        expect(JSON.stringify(await answering(status))).not.toMatch(/secret|127\.0\.0\.1/);
      }
      await receiver.close();
      const gone = await send(`${receiver.url}/hook/secret`, outgoing());
      expect(JSON.stringify(gone)).not.toMatch(/secret|127\.0\.0\.1/);
      expect(gone).toMatchObject({ outcome: "unreachable", is_final: false });
    });

    test("a receiver that hangs is a timeout", async () => {
      receiver.answer = () => {};
      expect(await send(receiver.url, outgoing())).toMatchObject({ outcome: "timeout" });
    });

    test("an address inside is blocked", async () => {
      const sent = await send("https://169.254.169.254/latest", outgoing());
      expect(sent).toMatchObject({ outcome: "blocked" });
    });
  });
}
