/**
 * The local host: drives an Azure Functions app through the real `@azure/functions` library, with HTTP on loopback,
 * timers on the local clock and Service Bus triggers fed from the work queues.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";

import { AppError } from "../../shared/domain/errors.ts";
import type { WorkQueue } from "../../shared/ports/workQueue.ts";
import { QueueName } from "../../shared/schemas/messages.ts";
import type { LocalClock } from "../clock.ts";
import {
  installCore,
  programmingModel,
  type LogSink,
  type RegisteredFunction,
  type Registry,
} from "./core.ts";
import {
  sortFunctions,
  resolveSettings,
  type AppFunctions,
  type AppSettings,
} from "./functions.ts";
import { readHostJson, type HostSettings } from "./hostJson.ts";
import { createHttpServer } from "./httpServer.ts";
import { invoke } from "./invoke.ts";
import { streamingProxy } from "./library.ts";
import { isSettledWithin, QueueConsumer } from "./queueConsumer.ts";
import { buildRouteTable } from "./routes.ts";
import { parseSchedule } from "./schedule.ts";
import { Timer, type TimerInfo, type TimerRun } from "./timer.ts";
import { Timers } from "./timers.ts";
import { TimerState } from "./timerState.ts";

export type { TimerInfo, TimerRun } from "./timer.ts";

export interface HostOptions {
  /** Holds host.json. */
  appDirectory: string;
  /** Imports the app's entry; called once, after the core module is in place. */
  load: () => Promise<unknown>;
  /** App settings, for `%NAME%` in bindings and `AzureWebJobs.<name>.Disabled`. */
  settings: AppSettings;
  clock: LocalClock;
  /** Asked after `load`, and only when a function takes from a queue. */
  queues: () => WorkQueue;
  /** Last runs of the timers, so that one missed while the host was stopped happens once, past due. */
  timerStateFile?: string;
  /** 0 takes any free port. Bound to 127.0.0.1 only. */
  port: number;
  /** Whether requests come with the client's address, as from the platform's front end. */
  tellsClientAddress?: boolean;
  /** Gets each request first; true when it answered. */
  intercept?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Absent: warnings and errors go to the console. */
  log?: LogSink;
}

export interface Host {
  /** `http://127.0.0.1:PORT` */
  url: string;
  timers(): TimerInfo[];
  /**
   * Runs a timer now and answers when it has ended, whether it succeeded or not.
   *
   * @throws AppError `not-found` for a name that no timer has
   */
  runTimer(name: string): Promise<TimerRun>;
  /** Moves the clock; each timer that fell due runs once, past due, in the order of due times, and is awaited. */
  advance(ms: number): Promise<TimerRun[]>;
  /** Resolves when no timer and no queue function runs and no message that could be taken now is left. */
  drain(): Promise<void>;
  /** Stops accepting, gives running functions 5 s to end, gives locks back, and leaves nothing open. */
  stop(): Promise<void>;
}

const STOP_GRACE_MS = 5_000;
const SWEEP_MS = 20;
const DRAIN_LOOK_MS = 5;

/**
 * Loads the app and starts it.
 *
 * @throws Error when the app or host.json cannot be loaded; with `code` EADDRINUSE when the port is taken
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const log = options.log ?? logToConsole;
  const settings = readHostJson(options.appDirectory);
  const registry = installCore(log);
  await options.load();
  for (const hook of registry.hooks.appStart)
    await hook({
      hookData: {},
      appHookData: registry.appHookData,
      functionAppDirectory: options.appDirectory,
    });
  registry.isLocked = true;

  const functions = sortFunctions(registry, options.settings);
  const consumers = makeConsumers(options, settings, registry, functions);
  const timers = new Timers(options.clock, makeTimers(options, registry, functions.timers));
  // Last of all, so that nothing is left open when the start fails.
  const server = await startHttp(options, settings, registry, functions.http).catch(
    (error: unknown) => {
      timers.stop();
      throw error;
    },
  );
  timers.start();
  for (const consumer of consumers) consumer.start();
  return new RunningHost(options, registry, server, timers, consumers);
}

const logToConsole: LogSink = (level, message, functionName) => {
  if (level === "warning" || level === "error" || level === "critical")
    console.error(`${level}${functionName === undefined ? "" : ` ${functionName}`}: ${message}`);
};

async function startHttp(
  options: HostOptions,
  settings: HostSettings,
  registry: Registry,
  functions: readonly RegisteredFunction[],
): Promise<Server> {
  const routes = buildRouteTable(functions, settings.routePrefix);
  for (const line of routes.mapped) registry.log("information", line);
  for (const { name, reason } of routes.refused)
    registry.log("error", `The '${name}' function is in error: ${reason}`, name);
  const model = programmingModel();
  const proxy = model === undefined ? undefined : await streamingProxy(model);
  const server = createHttpServer({ registry, proxy, routes, ...frontOf(options) });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return server;
}

const frontOf = ({ intercept, tellsClientAddress }: HostOptions) => ({
  intercept,
  tellsClientAddress,
});

function makeTimers(
  options: HostOptions,
  registry: Registry,
  functions: readonly RegisteredFunction[],
): Timer[] {
  const state = new TimerState(options.timerStateFile);
  return functions.flatMap((fn) => {
    try {
      const scheduleText = resolveSettings(fn.trigger["schedule"], options.settings);
      const schedule = parseSchedule(scheduleText);
      const now = (): Date => options.clock.now();
      const from = now();
      const first = schedule.next(from);
      if (first !== undefined && first <= from)
        throw new RangeError(`The schedule '${scheduleText}' would run without pause.`);
      const run = async (json: string): Promise<void> => {
        await invoke(registry, fn, { data: { json } }).catch((error: unknown) => {
          const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
          registry.log("error", `The run failed: ${reason}`, fn.metadata.name);
          throw error;
        });
      };
      return [new Timer({ fn, scheduleText, schedule, state, now, run })];
    } catch (error) {
      // As in the real host: this function is left out, the others run.
      registry.log(
        "error",
        error instanceof Error ? error.message : String(error),
        fn.metadata.name,
      );
      return [];
    }
  });
}

function makeConsumers(
  options: HostOptions,
  settings: HostSettings,
  registry: Registry,
  functions: AppFunctions,
): QueueConsumer[] {
  return functions.queues.flatMap((fn) => {
    const name = QueueName.safeParse(resolveSettings(fn.trigger["queueName"], options.settings));
    if (!name.success) {
      registry.log(
        "error",
        `There is no queue '${String(fn.trigger["queueName"])}'.`,
        fn.metadata.name,
      );
      return [];
    }
    const { maxConcurrentCalls, maxAutoLockRenewalMs } = settings;
    return [
      new QueueConsumer({
        fn,
        queueName: name.data,
        queue: options.queues(),
        clock: options.clock,
        maxConcurrentCalls,
        maxAutoLockRenewalMs,
        log: registry.log,
        run: async (data, triggerMetadata) => {
          await invoke(registry, fn, { data, triggerMetadata });
        },
      }),
    ];
  });
}

class RunningHost implements Host {
  readonly url: string;
  readonly #options: HostOptions;
  readonly #registry: Registry;
  readonly #server: Server;
  readonly #timers: Timers;
  readonly #consumers: readonly QueueConsumer[];
  #stopped: Promise<void> | undefined;

  constructor(
    options: HostOptions,
    registry: Registry,
    server: Server,
    timers: Timers,
    consumers: readonly QueueConsumer[],
  ) {
    this.#options = options;
    this.#registry = registry;
    this.#server = server;
    this.#timers = timers;
    this.#consumers = consumers;
    const address = server.address();
    this.url = `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  }

  timers(): TimerInfo[] {
    return this.#timers.all.map((timer) => timer.info);
  }

  async runTimer(name: string): Promise<TimerRun> {
    const timer = this.#timers.get(name);
    if (timer === undefined) throw new AppError("not-found", `No timer is named ${name}.`);
    return timer.run(false);
  }

  advance(ms: number): Promise<TimerRun[]> {
    return this.#timers.advance(ms);
  }

  async drain(): Promise<void> {
    // Twice in a row: a message that was just handed out is neither counted nor running for a moment.
    for (let idleLooks = 0; idleLooks < 2;) {
      idleLooks = (await this.#isIdle()) ? idleLooks + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #isIdle(): Promise<boolean> {
    const isBusy = (): boolean =>
      this.#timers.all.some((timer) => timer.running !== undefined) ||
      this.#consumers.some((consumer) => consumer.runningCount > 0);
    if (isBusy()) return false;
    for (const { queueName } of this.#consumers) {
      if ((await this.#options.queues().counts(queueName)).active > 0) return false;
    }
    return !isBusy();
  }

  async #stop(): Promise<void> {
    this.#timers.stop();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // A connection that is busy now is closed as soon as its answer is out.
    const sweep = setInterval(() => this.#server.closeIdleConnections(), SWEEP_MS);
    const timerRuns = Promise.all(this.#timers.all.map(async (timer) => timer.running));
    await Promise.all([
      isSettledWithin(timerRuns, STOP_GRACE_MS),
      isSettledWithin(closed, STOP_GRACE_MS),
      ...this.#consumers.map((consumer) => consumer.stop(STOP_GRACE_MS)),
    ]);
    clearInterval(sweep);
    this.#server.closeAllConnections();
    const { hooks, appHookData } = this.#registry;
    for (const hook of hooks.appTerminate) await hook({ hookData: {}, appHookData });
  }
}
