/** What is told of work: one trace from the request or timer to queries and model, figures, and nothing of content. */
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";

import { inMessageSpan, inRequestSpan, inTimerSpan } from "../../../functions/kit/traced.ts";
import { advanceInvestigationWorker } from "../../../functions/queues/investigations.ts";
import { rememberSessionWorker } from "../../../functions/queues/graph.ts";
import { relayOutboxJob } from "../../../functions/timers/relayOutbox.ts";
import { reportFiguresJob } from "../../../functions/timers/reportFigures.ts";
import { syncIncidentsJob } from "../../../functions/timers/syncIncidents.ts";
import { AppError } from "../../domain/errors.ts";
import { Json } from "../../schemas/json.ts";
import { OpenAiDouble } from "../../testing/doubles/openAi/server.ts";
import { drain, type TestDeps } from "../../testing/deps.ts";
import { anAlert, aProvider, aSentinelIncident, NOW } from "../../testing/fixtures.ts";
import { GUESSED, investigable, start } from "../../testing/investigation.ts";
import type { ScriptedSiem } from "../../testing/scriptedSiem.ts";
import { investigableWith } from "../../testing/modelSession.ts";
import { createTelemetry } from "./telemetry.ts";
import { traced } from "./tracedPorts.ts";

/** Stands in everything that must not be told. */
const SECRET = "planted-Xq7";

let double: OpenAiDouble;
let spans: InMemorySpanExporter;
let metrics: InMemoryMetricExporter;
let deps: TestDeps;
/** The workspace behind the port that tells. */
let siem: ScriptedSiem;

beforeAll(async () => {
  double = await new OpenAiDouble(() => ({ kind: "text", text: SECRET })).start();
});
afterAll(() => double.stop());

beforeEach(async () => {
  spans = new InMemorySpanExporter();
  metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  deps = await investigableWith(double, GUESSED, { model_id: "scripted-1" });
  deps.siem.holds("sip_contoso", {
    incidents: [aSentinelIncident({ title: SECRET, number: 4712, alert_ids: [SECRET] })],
    alerts: [anAlert({ name: SECRET, entities: [{ $id: "1", Type: "host", HostName: SECRET }] })],
  });
  const telemetry = createTelemetry(async () => ({
    spans: new SimpleSpanProcessor(spans),
    metrics: new PeriodicExportingMetricReader({
      exporter: metrics,
      exportIntervalMillis: 3_600_000,
    }),
  }));
  ({ siem } = deps);
  traced(deps, telemetry);
});

const told = () =>
  spans.getFinishedSpans().map((span) => ({
    name: span.name,
    attributes: span.attributes,
    events: span.events,
    status: span.status,
    parent: span.parentSpanContext?.spanId,
    ...span.spanContext(),
  }));

/** Works off a queue as the host would, until nothing waits. */
async function work(worker: typeof advanceInvestigationWorker): Promise<void> {
  for (let rounds = 0; rounds < 40; rounds += 1) {
    const messages = await drain(deps.queue, worker.queue);
    if (messages.length === 0) return;
    for (const { body } of messages)
      await inMessageSpan(deps, worker, body, () => worker.deliver(deps, body));
  }
  throw new Error("The queue does not run dry.");
}

const startByRequest = () =>
  inRequestSpan(deps, { name: "investigations-start", method: "POST", route: "v1/x" }, async () => {
    await start(deps, { query: `What about ${SECRET}?` });
    return { status: 202 };
  });

// Without one trace an operator cannot tell which request or timer a slow query belongs to.
test("a request, its session's slices, their queries and model calls, and the graph are one trace", async () => {
  await startByRequest();
  await work(advanceInvestigationWorker);
  await work(rememberSessionWorker);
  const all = told();
  expect(new Set(all.map(({ traceId }) => traceId)).size).toBe(1);
  const root = all.filter(({ parent }) => parent === undefined);
  expect(root.map(({ name }) => name)).toEqual(["POST v1/x"]);
  const names = all.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      "process investigations",
      "process graph",
      "sentinel query",
      "chat scripted-1",
    ]),
  );
  const slices = all.filter(({ name }) => name === "process investigations");
  expect(slices.length).toBeGreaterThan(1);
  const [query] = all.filter(({ name }) => name === "sentinel query");
  expect(slices.map(({ spanId }) => spanId)).toContain(query?.parent);
  expect(query?.attributes).toMatchObject({ provider_id: "sip_contoso" });
});

test("a timer is the root of what it causes", async () => {
  await inTimerSpan(deps, syncIncidentsJob.name, () => syncIncidentsJob.run(deps));
  const [timer] = told().filter(({ name }) => name === "timer sync-incidents");
  const messages = await drain(deps.queue, "notifications");
  const [first] = z
    .array(z.object({ body: z.object({ traceparent: z.string() }) }))
    .parse(messages);
  expect(first?.body.traceparent).toBe(`00-${timer?.traceId}-${timer?.spanId}-01`);
});

// Traces are read by more people than incidents are, and kept elsewhere.
test("no entity, title, row, query, prompt or secret is told", async () => {
  await startByRequest();
  await inTimerSpan(deps, syncIncidentsJob.name, () => syncIncidentsJob.run(deps));
  await work(advanceInvestigationWorker);
  await work(rememberSessionWorker);
  siem.failsNext("sip_contoso", new AppError("siem-unavailable", `The secret is ${SECRET}`));
  const range = { from: NOW, to: NOW };
  const failing = inTimerSpan(deps, "failing", async () => {
    await deps.siem.incident(aProvider(), 1, range);
  });
  await expect(failing).rejects.toThrow(SECRET);
  await inTimerSpan(deps, reportFiguresJob.name, () => reportFiguresJob.run(deps));
  await deps.telemetry?.flush();
  const text = JSON.stringify([told(), metrics.getMetrics()]);
  expect(text).toContain("siem-unavailable");
  for (const content of [
    SECRET,
    "203.0.113.7",
    "ana@contoso",
    "SigninLogs",
    "SecurityAlert",
    "What about",
  ])
    expect(text).not.toContain(content);
});

test("figures: age of the sync, depth of the queues, verdicts, work", async () => {
  await inTimerSpan(deps, syncIncidentsJob.name, () => syncIncidentsJob.run(deps));
  await startByRequest();
  deps.clock.advance(60_000);
  await inTimerSpan(deps, reportFiguresJob.name, () => reportFiguresJob.run(deps));
  await work(advanceInvestigationWorker);
  await deps.telemetry?.flush();
  const found = new Map(
    metrics
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((scope) => scope.metrics)
      .map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes, value }) => ({ ...attributes, value: Json.parse(value) })),
      ]),
  );
  expect(found.get("socmate.sync.age")).toMatchObject([{ provider_id: "sip_contoso", value: 60 }]);
  expect(found.get("socmate.queue.depth")).toContainEqual({
    queue: "investigations",
    state: "active",
    value: 1,
  });
  expect(found.get("socmate.verdicts")).toMatchObject([{ value: 1 }]);
  expect(found.get("socmate.work")).toContainEqual(
    expect.objectContaining({ function: "sync-incidents", outcome: "succeeded", value: 1 }),
  );
});

// Telemetry that is down must cost nothing but itself.
test("work goes on when the outlet cannot be opened", async () => {
  const broken = createTelemetry(async () => {
    throw new Error("No outlet.");
  });
  expect(await broken.span({ name: "x", kind: "internal" }, async () => 7)).toBe(7);
  broken.count("socmate.work", {});
  await broken.flush();
});

test("an outlet that could not be opened at first is opened by the next span", async () => {
  let opened = 0;
  const late = createTelemetry(async () => {
    opened += 1;
    if (opened === 1) throw new Error("Not yet.");
    return {
      spans: new SimpleSpanProcessor(spans),
      metrics: new PeriodicExportingMetricReader({
        exporter: metrics,
        exportIntervalMillis: 3_600_000,
      }),
    };
  });
  for (const name of ["lost", "told"]) await late.span({ name, kind: "internal" }, async () => {});
  await late.flush();
  expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(["told"]);
});

// Each handled message flushes: a thousand notifications must not be two thousand exports that their workers wait for.
test("flushes that come together share exports, and each has what was told before it", async () => {
  const ended: string[] = [];
  const exported: string[][] = [];
  const waiting: (() => void)[] = [];
  const slow: SpanProcessor = {
    onStart: () => {},
    onEnd: ({ name }) => void ended.push(name),
    forceFlush: () => {
      exported.push([...ended]);
      return new Promise((resolve) => void waiting.push(resolve));
    },
    shutdown: async () => {},
  };
  const reader = new PeriodicExportingMetricReader({
    exporter: metrics,
    exportIntervalMillis: 3_600_000,
  });
  const telemetry = createTelemetry(async () => ({ spans: slow, metrics: reader }));
  const run = async (name: string) => telemetry.span({ name, kind: "internal" }, async () => {});
  await run("first");
  const first = telemetry.flush();
  await vi.waitFor(() => expect(exported).toHaveLength(1));
  await run("second");
  const later = Array.from({ length: 50 }, () => telemetry.flush());
  waiting.shift()?.();
  await first;
  await vi.waitFor(() => expect(exported).toHaveLength(2));
  waiting.shift()?.();
  await Promise.all(later);
  expect(exported).toEqual([["first"], ["first", "second"]]);
});

// The host has a trace of its own for each invocation; ours apart from it would be found by nobody.
test("a request hangs from the host's own span", async () => {
  const [traceId, spanId] = ["a".repeat(32), "b".repeat(16)];
  const of = { traceContext: { traceParent: `00-${traceId}-${spanId}-01` } };
  const request = { name: "n", method: "GET", route: "r" };
  await inRequestSpan(deps, request, async () => ({ status: 200 }), of);
  expect(told()).toMatchObject([{ traceId, parent: spanId }]);
});

// While the broker is away messages wait in the store: the sweep that sends them is not their cause.
test("a message that the sweep sends later belongs to the trace that caused it", async () => {
  const send = deps.queue.send.bind(deps.queue);
  deps.queue.send = async () => {
    throw new AppError("queue-unavailable", "Away.");
  };
  await startByRequest();
  deps.queue.send = send;
  deps.clock.advance(60_000);
  await inTimerSpan(deps, relayOutboxJob.name, () => relayOutboxJob.run(deps));
  const [root] = told().filter(({ name }) => name === "POST v1/x");
  const messages = await drain(deps.queue, "investigations");
  expect(JSON.stringify(messages)).toContain(
    `"traceparent":"00-${root?.traceId}-${root?.spanId}-01"`,
  );
});

test("a traceparent that is no traceparent begins a trace of its own", async () => {
  await inMessageSpan(deps, { name: "n", queue: "q" }, { traceparent: SECRET }, async () => {});
  expect(told()).toMatchObject([{ name: "process q", parent: undefined }]);
});

test("where telemetry is off nothing is told, and messages carry no trace", async () => {
  const off = await investigable(GUESSED);
  const request = { name: "n", method: "GET", route: "r" };
  expect(await inRequestSpan(off, request, async () => ({ status: 200 }))).toEqual({ status: 200 });
  await inTimerSpan(off, "n", async () => void (await start(off)));
  expect(JSON.stringify(await drain(off.queue, "investigations"))).not.toContain("traceparent");
});
