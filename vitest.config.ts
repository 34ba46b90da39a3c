import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Many tests wait for processes and timers rather than for the processor.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: "program",
          include: ["{functions,shared,local,tests,scripts}/**/*.test.ts"],
          exclude: ["tests/e2e/**", "**/node_modules/**"],
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
