/** Each run of a function inside a span, where telemetry is on. A message's run belongs to the trace that sent it. */
import { z } from "zod";

import type { Deps } from "../../shared/ports/deps.ts";
import type { SpanStart } from "../../shared/ports/telemetry.ts";

const Traced = z.looseObject({ traceparent: z.string() });

/** What the host says of an invocation: its own trace, where it keeps one. */
interface Invocation {
  traceContext?: { traceParent?: string | undefined } | undefined;
}

/** The run of a timer: what it causes hangs from here. */
export const inTimerSpan = (
  deps: Deps,
  name: string,
  run: () => Promise<void>,
  of?: Invocation,
): Promise<void> => {
  const parent = of?.traceContext?.traceParent;
  const attributes = { function: name };
  return inSpan(deps, { name: `timer ${name}`, kind: "internal", attributes, parent }, run);
};

/** The handling of one message. */
export const inMessageSpan = (
  deps: Deps,
  { name, queue }: { name: string; queue: string },
  body: unknown,
  run: () => Promise<void>,
): Promise<void> => {
  const attributes = { function: name, queue, "messaging.operation.name": "process" };
  const parent = Traced.safeParse(body).data?.traceparent;
  return inSpan(deps, { name: `process ${queue}`, kind: "consumer", attributes, parent }, run);
};

/** Answering one request. */
export const inRequestSpan = async <Reply extends { status?: number }>(
  { telemetry }: Pick<Deps, "telemetry">,
  { name, method, route }: { name: string; method: string; route: string },
  answer: () => Promise<Reply>,
  of?: Invocation,
): Promise<Reply> => {
  if (telemetry === undefined) return await answer();
  const attributes = { function: name, "http.request.method": method, "http.route": route };
  const parent = of?.traceContext?.traceParent;
  return await telemetry.span(
    { name: `${method} ${route}`, kind: "server", attributes, parent },
    async (note) => {
      const reply = await answer();
      note({ "http.response.status_code": reply.status ?? 200 });
      return reply;
    },
  );
};

async function inSpan(deps: Deps, start: SpanStart, run: () => Promise<void>): Promise<void> {
  const { telemetry } = deps;
  if (telemetry === undefined) return await run();
  let outcome = "failed";
  try {
    await telemetry.span(start, run);
    outcome = "succeeded";
  } finally {
    telemetry.count("socmate.work", { ...start.attributes, outcome });
    await telemetry.flush();
  }
}
