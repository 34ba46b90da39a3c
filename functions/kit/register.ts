/** The only module that calls the Azure Functions `app`. */
import { app } from "@azure/functions";

import type { Deps } from "../../shared/ports/deps.ts";
import { preflight } from "./cors.ts";
import type { Edge } from "./edge.ts";
import { type AnyEndpoint, toHttpHandler } from "./endpoint.ts";
import { pathOf } from "./route.ts";
import { createSignIn } from "./signIn.ts";
import { type Job, runTold, scheduleOf } from "./timer.ts";
import { inMessageSpan, inRequestSpan, inTimerSpan } from "./traced.ts";
import { UNMATCHED, UNMATCHED_METHODS, unmatchedHandler } from "./unmatched.ts";
import type { AnyWorker } from "./worker.ts";

export interface Triggers {
  endpoints: readonly AnyEndpoint[];
  jobs: readonly Job[];
  workers: readonly AnyWorker[];
  edge: Edge;
}

export function register(deps: Deps, { endpoints, jobs, workers, edge }: Triggers): void {
  app.setup({ enableHttpStream: true });
  const authenticate = createSignIn(deps, edge);
  for (const endpoint of endpoints) {
    const answer = toHttpHandler(endpoint, deps, authenticate, edge);
    app.http(endpoint.name, {
      methods: [endpoint.method],
      route: pathOf(endpoint.route),
      authLevel: "anonymous",
      handler: (request, context) =>
        inRequestSpan(deps, endpoint, () => answer(request, context), context),
    });
  }
  app.http(UNMATCHED, {
    methods: [...UNMATCHED_METHODS],
    route: pathOf("{*path}"),
    authLevel: "anonymous",
    handler: unmatchedHandler(endpoints, deps.settings.webOrigin),
  });
  app.http("preflight", {
    methods: ["OPTIONS"],
    route: pathOf("{*path}"),
    authLevel: "anonymous",
    handler: () => preflight(deps.settings.webOrigin),
  });
  const program = jobs.map(({ name }) => name);
  for (const job of jobs) {
    app.timer(job.name, {
      schedule: scheduleOf(job, deps.settings),
      handler: (_timer, context) =>
        logged(deps, job.name, () =>
          inTimerSpan(deps, job.name, () => runTold(deps, job, edge, program), context),
        ),
    });
  }
  for (const worker of workers) {
    app.serviceBusQueue(worker.name, {
      connection: "SERVICE_BUS",
      queueName: worker.queue,
      handler: (body) =>
        logged(deps, worker.name, () =>
          inMessageSpan(deps, worker, body, () => worker.deliver(deps, body)),
        ),
    });
  }
}

/** Adds the outcome to the log; a failure still reaches the host, which retries. */
async function logged(deps: Deps, name: string, run: () => Promise<void>): Promise<void> {
  const started = performance.now();
  try {
    await run();
    const ms = Math.round(performance.now() - started);
    deps.log.info("function.done", { function: name, duration_ms: ms });
  } catch (error) {
    deps.log.error("function.failed", { function: name, error });
    throw error;
  }
}
