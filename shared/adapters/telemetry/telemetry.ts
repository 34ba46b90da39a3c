/** Telemetry by OpenTelemetry. The SDK loads with the first span; the program's own context, nothing global. */
import { AsyncLocalStorage } from "node:async_hooks";

import type { Context, Span } from "@opentelemetry/api";
import type { MetricReader } from "@opentelemetry/sdk-metrics";
import type { SpanProcessor } from "@opentelemetry/sdk-trace-node";

import { AppError } from "../../domain/errors.ts";
import { atMost } from "../../ports/patience.ts";
import type { Attributes, Counter, Gauge, SpanStart, Telemetry } from "../../ports/telemetry.ts";

/** Where spans and figures go. */
export interface Outlet {
  spans: SpanProcessor;
  metrics: MetricReader;
}

const SCOPE = "socmate";
const FLUSH_MS = 2000;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** @param open makes the outlet, once, when the first span begins. */
export function createTelemetry(open: () => Promise<Outlet>): Telemetry {
  const running = new AsyncLocalStorage<Running>();
  let loading: ReturnType<typeof load> | undefined;
  const ready = async () => {
    try {
      return await (loading ??= load(open));
    } catch {
      // What is told of the work must not stop the work; the next span tries again.
      loading = undefined;
      return undefined;
    }
  };
  const told = (tell: (sdk: Awaited<ReturnType<typeof load>>) => void): void => {
    void ready().then((sdk) => sdk !== undefined && tell(sdk));
  };
  return {
    span: async (start, work) => {
      const sdk = await ready();
      if (sdk === undefined) return await work(() => {});
      const parent = parentOf(sdk.api, start, running.getStore()?.context);
      const kind = sdk.api.SpanKind[KINDS[start.kind]];
      const options = { kind, attributes: { ...start.attributes } };
      const span = sdk.tracer.startSpan(start.name, options, parent);
      const context = sdk.api.trace.setSpan(parent, span);
      const note = (found: Attributes) => void span.setAttributes({ ...found });
      try {
        return await running.run({ context, traceparent: traceparentOf(span) }, work, note);
      } catch (error) {
        // The code of what failed; a message may hold what nobody may read here.
        const code = error instanceof AppError ? error.code : "unexpected";
        span.setStatus({ code: sdk.api.SpanStatusCode.ERROR }).setAttribute("error.type", code);
        throw error;
      } finally {
        span.end();
      }
    },
    traceparent: () => running.getStore()?.traceparent,
    count: (counter: Counter, attributes) =>
      told((sdk) => sdk.counter(counter).add(1, { ...attributes })),
    gauge: (gauge: Gauge, value, attributes) =>
      told((sdk) => sdk.gauge(gauge).record(value, { ...attributes })),
    flush: async () => {
      const sdk = loading === undefined ? undefined : await ready();
      if (sdk !== undefined) await atMost(FLUSH_MS, sdk.flush());
    },
  };
}

const KINDS = {
  server: "SERVER",
  client: "CLIENT",
  consumer: "CONSUMER",
  internal: "INTERNAL",
} as const;

/** The span that is running, as its children and as messages need it. */
interface Running {
  context: Context;
  traceparent: string;
}

async function load(open: () => Promise<Outlet>) {
  const [api, { NodeTracerProvider }, { MeterProvider }, { resourceFromAttributes }, outlet] =
    await Promise.all([
      import("@opentelemetry/api"),
      import("@opentelemetry/sdk-trace-node"),
      import("@opentelemetry/sdk-metrics"),
      import("@opentelemetry/resources"),
      open(),
    ]);
  const resource = resourceFromAttributes({ "service.name": SCOPE });
  const traces = new NodeTracerProvider({ resource, spanProcessors: [outlet.spans] });
  const metrics = new MeterProvider({ resource, readers: [outlet.metrics] });
  const meter = metrics.getMeter(SCOPE);
  return {
    api,
    tracer: traces.getTracer(SCOPE),
    counter: (name: Counter) => meter.createCounter(name),
    gauge: (name: Gauge) => meter.createGauge(name),
    flush: shared(async () => {
      await Promise.all([traces.forceFlush(), metrics.forceFlush()]);
    }),
  };
}

/** Who asks while it runs shares the run after it: a flood of messages is not as many exports. Never throws. */
function shared(work: () => Promise<void>): () => Promise<void> {
  let current = Promise.resolve();
  let next: Promise<void> | undefined;
  return () =>
    (next ??= current.then(() => {
      next = undefined;
      current = work().catch(() => {});
      return current;
    }));
}

type Api = Awaited<ReturnType<typeof load>>["api"];

function parentOf(api: Api, { parent }: SpanStart, running: Context | undefined): Context {
  const [, traceId, spanId, flags = "01"] = TRACEPARENT.exec(parent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined) return running ?? api.ROOT_CONTEXT;
  const remote = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return api.trace.setSpanContext(api.ROOT_CONTEXT, remote);
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}
