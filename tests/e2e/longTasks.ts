/**
 * How long a page answers nothing, because one task of it runs. Counted in processor time of its main thread: on a busy
 * machine the clock also counts what other programs do meanwhile.
 */
import type { Browser, Page } from "playwright-core";
import { z } from "zod";

/** Chromium's own name of the thread on which a page's scripts, layout and input run. */
const MAIN_THREAD = "CrRendererMain";
const TASK = "ThreadControllerImpl::RunTask";

const Trace = z.object({
  traceEvents: z.array(
    z.looseObject({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      /** Processor time in microseconds. */
      tdur: z.number().optional(),
      args: z.looseObject({ name: z.string().optional() }).optional(),
    }),
  ),
});

/** The longest task of the page while something is done with it, in milliseconds. */
export async function longestTaskMs(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<number> {
  await browser.startTracing(page, { categories: ["toplevel"] });
  let trace: Buffer;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = Trace.parse(JSON.parse(trace.toString()));
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === MAIN_THREAD)
      .map(({ pid, tid }) => `${pid}:${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid, tdur }) =>
      name === TASK && tdur !== undefined && threads.has(`${pid}:${tid}`),
  );
  if (tasks.length === 0) throw new Error("The trace holds no task of the page.");
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
