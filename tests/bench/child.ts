/** Each figure is taken in a process of its own, so that one's memory and warm code do not flatter another. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

import { JsonObject } from "../../shared/schemas/json.ts";

/**
 * Runs a file of this folder and answers with the JSON object of its last line.
 * @param tell gets what it printed before that, e.g. a table.
 * @throws Error with its output.
 */
export async function measureIn(
  file: string,
  args: readonly string[] = [],
  tell: (lines: string) => void = () => {},
): Promise<JsonObject> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, file), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  const lines = output.trimEnd().split("\n");
  const last = lines.pop() ?? "";
  if (code !== 0 || last === "") throw new Error(`${file} ended with ${code}: ${errors}${output}`);
  if (lines.length > 0) tell(lines.join("\n"));
  return JsonObject.parse(JSON.parse(last));
}

/** The last line of a measuring process. */
export function report(figures: JsonObject): void {
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ ...figures, peak_mb: peakMb }));
}

/** Peak memory of another process that still runs, in MB; `null` where the system does not say. */
export function peakMbOf(pid: number): number | null {
  try {
    const peakKb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return peakKb === undefined ? null : Math.round(Number(peakKb) / 1024);
  } catch {
    return null;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
