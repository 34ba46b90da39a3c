import { beforeEach, describe, expect, test } from "vitest";

import { createOutboundHttp } from "../../shared/adapters/outboundHttp/outboundHttp.ts";
import type { JsonObject } from "../../shared/schemas/json.ts";
import { PreferencesRecord } from "../../shared/schemas/notificationPreferences.ts";
import { aPrincipal } from "../../shared/testing/fixtures.ts";
import { drain } from "../../shared/testing/deps.ts";
import { call } from "../../shared/testing/http.ts";
import { notifiableDeps } from "../../shared/testing/notifications.ts";
import { attempted } from "../../shared/testing/scriptedChannels.ts";
import {
  defaultsGet,
  defaultsPut,
  preferencesGet,
  preferencesPut,
  preferencesTest,
} from "./notificationPreferences.ts";

const viewer = aPrincipal("viewer");
const SLACK = "https://hooks.slack.com/services/T00/B00/s3cr3t-in-path-abcd";
let deps: ReturnType<typeof notifiableDeps>;
beforeEach(() => {
  deps = notifiableDeps();
  deps.outbound = createOutboundHttp({ allowLoopback: false });
});

const get = (as = viewer) => call(preferencesGet, deps, { as });
const put = (body: JsonObject, as = viewer, headers: Record<string, string> = {}) =>
  call(preferencesPut, deps, { as, body, headers });

describe("reading and saving", () => {
  test("200 with what administrators have set, until something is saved", async () => {
    expect((await get()).json).toMatchObject({
      channels: { in_app: true, email: false, slack: false, teams: false },
      min_severity: "medium",
      source: "defaults",
      email: "viewer@contoso.example",
    });
    const as = aPrincipal("admin");
    const body = { min_severity: "high", events: { "investigation-completed": false } };
    expect((await call(defaultsPut, deps, { as, body })).status).toBe(200);
    expect((await get()).json).toMatchObject({
      min_severity: "high",
      events: { "incident-alert": true, "investigation-completed": false },
      source: "defaults",
    });
    await put({ digest: "daily" });
    await call(defaultsPut, deps, { as, body: { min_severity: "critical" } });
    expect((await get()).json).toMatchObject({ min_severity: "high", source: "own" });
  });

  // Offsets were taken once: whoever saved one would otherwise be told of nothing any more.
  test("200: what was saved with an offset is read and changed as before", async () => {
    await put({ timezone: "UTC" });
    const { items } = await deps.documents.query("notifications", { limit: 10 });
    const saved = items.map(({ doc }) => PreferencesRecord.safeParse(doc).data).find((one) => one);
    if (saved === undefined) throw new Error("nothing was saved");
    const timezone = "+05:00";
    const quiet_hours = { start: "22:00", end: "07:00", timezone };
    const preferences = { ...saved.preferences, timezone, quiet_hours };
    await deps.documents.batch(
      "notifications",
      [saved.tenant_id, saved.bucket],
      [{ kind: "patch", id: saved.id, set: { preferences } }],
    );
    expect(await get()).toMatchObject({ status: 200, json: { timezone, quiet_hours } });
    expect(await put({ digest: "daily" })).toMatchObject({ status: 200, json: { timezone } });
  });

  // Two administrators with the form open: the later one would undo the earlier one's change unseen.
  test("412: defaults that changed since they were read are not overwritten", async () => {
    const as = aPrincipal("admin");
    const first = (await call(defaultsGet, deps, { as })).headers.get("etag") ?? "";
    const change = (min_severity: string, etag: string) =>
      call(defaultsPut, deps, { as, body: { min_severity }, headers: { "if-match": etag } });
    expect((await change("high", first)).status).toBe(200);
    expect((await change("critical", first)).status).toBe(412);
    expect((await call(defaultsGet, deps, { as })).json).toMatchObject({ min_severity: "high" });
  });

  test("what a form was given it may send back; the chat's address is never told", async () => {
    await put({ channels: { slack: true }, slack_url: SLACK });
    const reply = await get();
    expect(reply.json).toMatchObject({ slack_url_masked: "https://hooks.slack.com/…abcd" });
    expect(reply.text).not.toContain("s3cr3t");
    expect((await put({ ...Object(reply.json), digest: "hourly" })).json).toMatchObject({
      channels: { slack: true },
      digest: "hourly",
      slack_url_masked: "https://hooks.slack.com/…abcd",
    });
    const stored = await deps.documents.query("notifications", { limit: 10 });
    expect(JSON.stringify(stored)).not.toContain("s3cr3t");
    const removed = await put({ channels: { slack: false }, slack_url: null });
    expect(removed.json).toMatchObject({ slack_url_masked: null });
  });

  test.each<[JsonObject, string]>([
    [{ min_severity: "urgent" }, "/min_severity"],
    [{ digest: "weekly" }, "/digest"],
    [{ timezone: "Mars/Olympus" }, "/timezone"],
    [{ timezone: "+05:00" }, "/timezone"],
    [{ quiet_hours: { start: "22:00", end: "07:00", timezone: "-0500" } }, "/quiet_hours/timezone"],
    [{ quiet_hours: { start: "22:00", end: "7", timezone: "UTC" } }, "/quiet_hours/end"],
    [{ quiet_hours: { start: "22:00", end: "22:00", timezone: "UTC" } }, "/quiet_hours/end"],
    [
      { quiet_hours: { start: "22:00", end: "07:00", timezone: "Nowhere" } },
      "/quiet_hours/timezone",
    ],
    [{ channels: { pager: true } }, "/channels"],
    [{ events: { "incident-closed": true } }, "/events"],
    [{ channels: { slack: true } }, "/channels/slack"],
    [{ slack_url: "https://169.254.169.254/" }, "/slack_url"],
    [{ teams_url: "http://localhost:8080/" }, "/teams_url"],
  ])("422 for %j, and nothing is stored", async (body, pointer) => {
    const reply = await put(body);
    expect(reply.status).toBe(422);
    expect(JSON.stringify(reply.json)).toContain(`"pointer":"${pointer}`);
    expect((await get()).json).toMatchObject({ source: "defaults" });
  });

  // Mail to an address of one's choice would let anybody send mail in our name to anybody.
  test("mail goes to the sign-in's address alone, and only where there is a mail server", async () => {
    expect(
      (await put({ email: "thief@evil.example", channels: { email: true } })).json,
    ).toMatchObject({
      email: "viewer@contoso.example",
    });
    const { email: _none, ...nameless } = aPrincipal("viewer", { id: "user-2" });
    expect((await put({ channels: { email: true } }, nameless)).status).toBe(422);
    deps.channels.hasEmail = false;
    const reply = await put({ channels: { email: true } });
    expect(reply.status).toBe(422);
    expect(reply.text).toContain("SMTP_URL");
  });

  test("412 for preferences that changed meanwhile; 403 for who is no person", async () => {
    const etag = (await get()).headers.get("etag") ?? "";
    expect((await put({ digest: "hourly" }, viewer, { "if-match": etag })).status).toBe(200);
    expect((await put({ digest: "daily" }, viewer, { "if-match": etag })).status).toBe(412);
    const application = aPrincipal("admin", { kind: "application" });
    expect((await put({ digest: "off" }, application)).status).toBe(403);
    expect((await get(application)).status).toBe(403);
    expect((await call(defaultsPut, deps, { as: viewer, body: {} })).status).toBe(403);
  });

  // The trail would else tell of an address that was never changed: a form sends back what it was given.
  test("the audit trail names what was set, not what the server says and no body changes", async () => {
    await put({ digest: "hourly", email: "other@contoso.example", source: "own" });
    await call(defaultsPut, deps, {
      as: aPrincipal("admin"),
      body: { digest: "daily", source: "own" },
    });
    expect(await drain(deps.queue, "audit")).toMatchObject([
      { body: { action: "preferences.save", fields: ["digest"] } },
      { body: { action: "preferences.defaults", fields: ["digest"] } },
    ]);
  });

  test("each person has preferences of their own", async () => {
    await put({ min_severity: "critical" });
    expect((await get(aPrincipal("analyst"))).json).toMatchObject({ min_severity: "medium" });
    const namesake = aPrincipal("viewer", { tenant_id: "fabrikam" });
    expect((await get(namesake)).json).toMatchObject({ source: "defaults" });
  });
});

describe("send me a test", () => {
  test("200 with a line for each channel that is on, also in quiet hours", async () => {
    const quiet_hours = { start: "00:00", end: "23:59", timezone: "UTC" };
    await put({ channels: { email: true, slack: true }, slack_url: SLACK, quiet_hours });
    deps.channels.answer = ({ channel }) =>
      channel === "slack"
        ? attempted({ outcome: "refused", status_code: 404, detail: "Answered 404." })
        : attempted({ detail: "The mail server took it." });
    const reply = await call(preferencesTest, deps, { as: viewer });
    expect(reply.json).toMatchObject({
      results: [
        { channel: "in_app", status: "delivered" },
        { channel: "email", status: "delivered" },
        { channel: "slack", status: "failed", detail: "Answered 404." },
      ],
    });
    expect(deps.channels.sent.map(({ to }) => to)).toEqual(["viewer@contoso.example", SLACK]);
  });
});
