/** Journeys through the whole product in a real browser: `npm run test:e2e`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "e2e",
    include: ["tests/e2e/**/*.test.ts"],
    // A journey is one story told in order; the product and the browser are started once per file.
    fileParallelism: false,
    // After the first broken step the rest of a story only repeats it.
    bail: 1,
    // Bounds, not waits: a busy machine makes a journey slow, not wrong.
    testTimeout: 600_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
