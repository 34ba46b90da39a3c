import path from "node:path";

import { defineConfig } from "vitest/config";

/** Tests that change nothing global in their own process. */
const ROOMS = [
  "{functions,shared,local/workspace}/**/*.test.ts",
  "tests/{bench,conformance,integrations,journeys,trust}/**/*.test.ts",
];

/** What tests start, most of all the product, need not translate and compile the same sources each time. */
const env = {
  NODE_COMPILE_CACHE: path.join(import.meta.dirname, "node_modules", ".cache", "compiled"),
};

/** Far more than any test needs, so that a machine that does much else fails none: what hangs ends all the same. */
const SLOW_MS = 120_000;

export default defineConfig({
  test: {
    // Many tests wait for processes and timers rather than for the processor.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: "rooms",
          include: ROOMS,
          // They leave nothing behind in the process, and each would load the Kusto parser anew: a third of their time.
          isolate: false,
          env,
          testTimeout: SLOW_MS,
          hookTimeout: SLOW_MS,
        },
      },
      {
        test: {
          name: "program",
          include: ["{local,tests,scripts}/**/*.test.ts"],
          exclude: [...ROOMS, "tests/e2e/**", "**/node_modules/**"],
          env,
          testTimeout: SLOW_MS,
          hookTimeout: SLOW_MS,
        },
      },
      {
        test: {
          name: "web",
          root: "web",
          include: ["src/**/*.test.{ts,tsx}"],
          environment: "happy-dom",
          testTimeout: SLOW_MS,
        },
      },
    ],
  },
});
