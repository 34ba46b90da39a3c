/** Watches for long tasks of a page: while one runs, the page answers nothing. */
import type { Page } from "playwright-core";

/** Call before the page is opened. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const durations: number[] = [];
    Object.assign(globalThis, { longTasks: durations });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) durations.push(duration);
      // Node's own list of entry types, which is the one known here, lacks the browser's.
    }).observe(JSON.parse('{"type":"longtask","buffered":true}'));
  });
}

/** The longest task since the last call, in milliseconds; 0 when none took 50. */
export async function longestTaskMs(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const durations: unknown = Reflect.get(globalThis, "longTasks");
    if (!Array.isArray(durations)) throw new Error("Nobody watches for long tasks here.");
    return Math.max(0, ...durations.splice(0).map(Number));
  });
}
