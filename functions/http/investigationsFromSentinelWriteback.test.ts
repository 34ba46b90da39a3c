/** Reports of investigations that a playbook started, written back to their incident, and what the playbook is told of it. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import * as providers from "../../shared/repositories/providers.ts";
import { type Json, JsonObject } from "../../shared/schemas/json.ts";
import { TriggeredInvestigation } from "../../shared/schemas/sentinelTrigger.ts";
import { cancelInvestigation } from "../../shared/services/cancelInvestigation.ts";
import { drain, type TestDeps } from "../../shared/testing/deps.ts";
import { aPrincipal, TENANT } from "../../shared/testing/fixtures.ts";
import { call } from "../../shared/testing/http.ts";
import { GUESSED, investigable, work } from "../../shared/testing/investigation.ts";
import { aTriggerBody, INCIDENT_NAME, PLACE } from "../../shared/testing/sentinelTriggers.ts";
import { writeReportWorker } from "../queues/reports.ts";
import {
  investigationsFromSentinel,
  investigationsFromSentinelState,
} from "./investigationsFromSentinel.ts";

const analyst = aPrincipal("analyst");
const SENTINEL = { IncidentNumber: 12345, IncidentName: INCIDENT_NAME };
let deps: TestDeps;

const send = (body: Json, query = {}) =>
  call(investigationsFromSentinel, deps, { as: analyst, query, body });
const poll = (id: string) =>
  call(investigationsFromSentinelState, deps, { as: analyst, params: { id } });
const idOf = (json: Json): string => z.object({ session_id: z.string() }).parse(json).session_id;

const stateOf = async (id: string) =>
  TriggeredInvestigation.parse((await poll(id)).json).write_back;
const failed = (reason: unknown) => ({ state: "failed", parts: ["comment"], reason });

describe("write_back", () => {
  beforeEach(async () => {
    deps = await investigable(GUESSED, {
      incident: { sentinel: SENTINEL },
      provider: { ...PLACE, writeback_enabled: true },
    });
  });

  // A comment per delivery would bury the incident: the queue delivers at least once.
  test("the finished report is written as a comment and tasks, once however often the message comes", async () => {
    const comments: string[] = [];
    const tasks = new Set<string>();
    deps.siem.writer.addComment = async (_p, _i, { message }) => {
      comments.push(message);
      return { outcome: "done" };
    };
    deps.siem.writer.addTask = async (_p, _i, { title }) => {
      tasks.add(title);
      return { outcome: "done" };
    };
    const id = idOf((await send(aTriggerBody(), { write_back: ["comment", "task"] })).json);
    expect(await drain(deps.queue, "reports")).toEqual([]);
    await work(deps);
    const messages = await drain(deps.queue, "reports");
    expect(messages.map((message) => message.id)).toEqual([`report:${id}`]);
    for (const _ of [1, 2]) await writeReportWorker.deliver(deps, messages[0]?.body);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain("SoCMate investigation of incident 12345");
    expect(tasks.size).toBeGreaterThan(0);
    const audits = await drain(deps.queue, "audit");
    expect(JSON.stringify(audits)).toContain(analyst.id);
  });

  // The worker died at the comment: until its claim is over nobody else may write it, and the tasks are still to come.
  test("a report whose comment another worker has begun is tried again, not dropped", async () => {
    const tasks = new Set<string>();
    deps.siem.writer.addComment = () => Promise.reject(new Error("The process died."));
    deps.siem.writer.addTask = async (_p, _i, { title }) => {
      tasks.add(title);
      return { outcome: "done" };
    };
    await send(aTriggerBody(), { write_back: ["comment", "task"] });
    await work(deps);
    let [message] = await drain(deps.queue, "reports");
    const body = JsonObject.parse(message?.body);
    const both = [0, 1].map((attempt) => writeReportWorker.deliver(deps, { ...body, attempt }));
    await Promise.all(both);
    // Neither who died nor who lost the race for the comment lets go of the rest.
    deps.clock.advance(31_000);
    expect(await drain(deps.queue, "reports")).toHaveLength(2);
    for (let tries = 0; tries < 4 && message !== undefined; tries += 1) {
      await writeReportWorker.deliver(deps, message.body);
      deps.siem.writer.addComment = async () => ({ outcome: "done" });
      deps.clock.advance(121_000);
      [message] = await drain(deps.queue, "reports");
    }
    expect(message).toBeUndefined();
    expect(tasks.size).toBeGreaterThan(0);
  });

  // A playbook that goes on with the comment must know whether it is there.
  test("the polled reply says how far it is: queued, then done", async () => {
    deps.siem.writer.addComment = async () => ({ outcome: "done" });
    const started = await send(aTriggerBody(), { write_back: "comment" });
    const waiting = { state: "queued", parts: ["comment"], reason: null };
    expect(started.json).toMatchObject({ write_back: waiting });
    await work(deps);
    expect(await stateOf(idOf(started.json))).toEqual(waiting);
    const [message] = await drain(deps.queue, "reports");
    await writeReportWorker.deliver(deps, message?.body);
    expect(await stateOf(idOf(started.json))).toEqual({ ...waiting, state: "done" });
  });

  test("failed, with the reason, when write-back was switched off meanwhile, when Sentinel refuses, and without a report", async () => {
    const [off, refused, cancelled] = await Promise.all(
      ["a", "b", "c"].map(async (eventId) =>
        idOf((await send(aTriggerBody({ eventId }), { write_back: "comment" })).json),
      ),
    );
    await cancelInvestigation(deps, analyst, cancelled ?? "");
    await work(deps);
    const messages = await drain(deps.queue, "reports");
    const bodyOf = (id = "") => messages.find((message) => message.id === `report:${id}`)?.body;
    deps.siem.writer.addComment = async () => {
      throw new AppError("conflict", "Sentinel does not take comments now.");
    };
    await writeReportWorker.deliver(deps, bodyOf(refused));
    const stored = await providers.readInUse(deps.documents, TENANT, "sip_contoso");
    const set = { writeback_enabled: false };
    const write = { kind: "patch", id: stored?.record.id ?? "", set } as const;
    await deps.documents.batch("tenants", [TENANT], [write]);
    await writeReportWorker.deliver(deps, bodyOf(off));
    expect(await stateOf(refused ?? "")).toEqual(failed("Sentinel does not take comments now."));
    expect(await stateOf(off ?? "")).toEqual(failed(expect.stringContaining("writeback_enabled")));
    expect(await stateOf(cancelled ?? "")).toEqual(
      failed("The investigation ended without a report."),
    );
  });

  test("nothing is written when nobody asked for it", async () => {
    const id = idOf((await send(aTriggerBody())).json);
    await work(deps);
    expect(await drain(deps.queue, "reports")).toEqual([]);
    expect(await stateOf(id)).toBeNull();
  });
});
