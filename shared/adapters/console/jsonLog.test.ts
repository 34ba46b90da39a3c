/** What of an error reaches the log: enough to find it, and no more than that. */
import { afterEach, expect, test, vi } from "vitest";
import { z } from "zod";

import { AppError } from "../../domain/errors.ts";
import { Json } from "../../schemas/json.ts";
import { jsonLog } from "./jsonLog.ts";

const Line = z.object({ error: z.object({ at: z.array(z.string()) }) });

afterEach(() => vi.restoreAllMocks());

/** The lines that were written to one of the process's streams. */
function linesOn(stream: NodeJS.WriteStream): Json[] {
  const lines: Json[] = [];
  vi.spyOn(stream, "write").mockImplementation((text) => {
    lines.push(Json.parse(JSON.parse(String(text))));
    return true;
  });
  return lines;
}

// The host takes the level of a line from the stream that it came on.
test("what is well goes to standard output, the rest to standard error", () => {
  const [out, error] = [linesOn(process.stdout), linesOn(process.stderr)];
  jsonLog.info("sync.done", { changed: 1 });
  jsonLog.warn("sync.failed");
  jsonLog.error("http.failed", { status: 500 });
  expect(out).toEqual([{ level: "info", event: "sync.done", changed: 1 }]);
  expect(error).toEqual([
    { level: "warn", event: "sync.failed" },
    { level: "error", event: "http.failed", status: 500 },
  ]);
});

// A vendor's message may quote a whole answer; a stack without end fills the log of a bad night.
test("of an error the log has its code, the beginning of its messages, three causes and three places", () => {
  const lines = linesOn(process.stderr);
  let error = new Error("x".repeat(2_000));
  for (let n = 0; n < 6; n += 1) error = new Error(`cause ${n}`, { cause: error });
  jsonLog.error("http.failed", { error: new AppError("conflict", "No.", { cause: error }) });
  jsonLog.error("http.failed", { error: new Error("x".repeat(2_000)) });
  expect(lines[0]).toMatchObject({ error: { code: "conflict", cause: { message: "cause 5" } } });
  expect(JSON.stringify(lines[0])).toContain("cause 3");
  expect(JSON.stringify(lines[0])).not.toContain("cause 2");
  expect(lines[1]).toMatchObject({ error: { message: "x".repeat(500) } });
  for (const line of lines) {
    const { at } = Line.parse(line).error;
    expect(at.length).toBeLessThanOrEqual(3);
  }
});
