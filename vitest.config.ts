import { defineConfig } from "vitest/config";

/** Tests that hold no process and change nothing global. */
const ROOMS = [
  "{functions,shared,local/workspace}/**/*.test.ts",
  "tests/{conformance,trust}/**/*.test.ts",
];

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
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "program",
          include: ["{local,tests,scripts}/**/*.test.ts"],
          exclude: [...ROOMS, "tests/e2e/**", "**/node_modules/**"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "web",
          root: "web",
          include: ["src/**/*.test.{ts,tsx}"],
          environment: "happy-dom",
          testTimeout: 30_000,
        },
      },
    ],
  },
});
