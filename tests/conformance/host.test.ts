/** The local host answers what a real Azure Functions host answered, request by request. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

import { expect, test } from "vitest";
import { z } from "zod";

import { exchange, type Outcome } from "./hostClient.ts";
import { differences } from "./hostCompare.ts";
import { DEPARTURES, departureOf } from "./hostDifferences.ts";
import { DATA, readRecordings, requestSteps, type Recording } from "./hostRecordings.ts";

const LIMIT_MS = 4_000;
/** A body of 100 MB takes a while to send on a busy machine. */
const LARGE_LIMIT_MS = 30_000;
const FirstLine = z.object({
  url: z.string().optional(),
  refused: z.string().optional(),
  logged: z.array(z.string()),
});
type FirstLine = z.infer<typeof FirstLine>;

const isPresent = existsSync(path.join(DATA, "recorded.json"));
if (!isPresent) console.log("Host recordings are absent: 0 compared, all skipped.");

// Code that passes here must not meet another host in Azure: routing, params, headers, framing, failures.
test.runIf(isPresent)(
  "every recorded request is answered the same, or its departure is listed",
  async () => {
    const recordings = readRecordings().filter(({ timer }) => timer === undefined);
    const skipped = recordings.filter(({ id }) => departureOf(id)?.isSkipped);
    const replayed = recordings.filter(({ id }) => !departureOf(id)?.isSkipped);
    const groups = byApp(replayed);
    const found = new Map<string, string[]>();
    const worker = async (): Promise<void> => {
      for (let group = groups.shift(); group !== undefined; group = groups.shift())
        for (const [id, points] of await replayGroup(group)) found.set(id, points);
    };
    await Promise.all([worker(), worker()]);

    const different = [...found].filter(([, points]) => points.length > 0);
    console.log(
      `Host recordings: ${found.size} compared, ${found.size - different.length} equal, ` +
        `${different.length} different as listed, ${skipped.length} skipped as listed.`,
    );
    expect(found.size).toBe(replayed.length);
    expect(different.filter(([id]) => departureOf(id) === undefined)).toEqual([]);
    const equal = [...found].filter(([, points]) => points.length === 0).map(([id]) => id);
    expect(equal.filter((id) => departureOf(id) !== undefined)).toEqual([]);
  },
);

function byApp(recordings: readonly Recording[]): Recording[][] {
  const groups = new Map<string, Recording[]>();
  for (const recording of recordings) {
    const key = JSON.stringify([recording.env, recording.hostJson]);
    groups.set(key, [...(groups.get(key) ?? []), recording]);
  }
  return [...groups.values()];
}

/** Points of difference by id, for recordings of one app under one host.json. */
async function replayGroup(group: readonly Recording[]): Promise<Map<string, string[]>> {
  const { env = {}, hostJson = {} } = group[0] ?? {};
  const directory = mkdtempSync(path.join(tmpdir(), "host-"));
  writeFileSync(path.join(directory, "host.json"), JSON.stringify(hostJson));
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, "hostChild.ts"), path.join(DATA, "app.mjs"), directory],
    { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] },
  );
  try {
    const line = await firstLine(child.stdout);
    const found = new Map<string, string[]>();
    for (const recording of group) {
      const { id } = recording;
      if (line.url === undefined) found.set(id, [`does not start: ${line.refused}`]);
      else if (recording.log !== undefined)
        found.set(id, logDifferences(recording.log, line.logged));
      else found.set(id, await replay(recording, new URL(line.url).host));
    }
    return found;
  } finally {
    child.stdin.end();
    rmSync(directory, { recursive: true });
  }
}

async function firstLine(stdout: NodeJS.ReadableStream): Promise<FirstLine> {
  for await (const line of createInterface({ input: stdout }))
    if (line.startsWith("{")) return FirstLine.parse(JSON.parse(line));
  throw new Error("The child ended without a word.");
}

async function replay(recording: Recording, host: string): Promise<string[]> {
  const { request, next, seen } = recording;
  const once = (): Promise<Outcome> => send(recording, host);
  const outcomes = await Promise.all(Array.from({ length: request?.times ?? 1 }, once));
  const points = outcomes.flatMap((outcome) => differences(recording, outcome, host));
  if (seen !== undefined) points.push(...(await seenDifferences(recording, seen, host)));
  if (Array.isArray(next)) {
    const statuses: unknown[] = [];
    for (const _ of next)
      statuses.push((await get("/api/split", host)).answer?.status ?? "timeout");
    if (statuses.join() !== next.join())
      points.push(`then ${statuses.join()} instead of ${next.join()}`);
  }
  return points;
}

const send = (recording: Recording, host: string): Promise<Outcome> =>
  exchange(Number(host.split(":")[1]), requestSteps(recording, host), {
    isHead: recording.request?.method === "HEAD",
    limitMs: recording.request?.bodyRepeat === undefined ? LIMIT_MS : LARGE_LIMIT_MS,
    abortAfterMs: recording.request?.abortAfterMs,
  });

const get = (target: string, host: string): Promise<Outcome> =>
  send({ id: "", env: {}, hostJson: {}, request: { method: "GET", target, headers: [] } }, host);

/** What the handler noted under the key in the request's path or query; it may still be at work. */
async function seenDifferences(
  recording: Recording,
  seen: string[],
  host: string,
): Promise<string[]> {
  const target = recording.request?.target ?? "";
  const key = /key=(\w+)/.exec(target)?.[1] ?? target.split("/").at(-1);
  let notes = "";
  for (let tries = 0; tries < 50 && notes !== JSON.stringify(seen); tries++) {
    notes = (await get(`/api/seen/${key}`, host)).answer?.body.toString() ?? "";
    if (notes !== JSON.stringify(seen)) await get("/api/slow/100", host);
  }
  return notes === JSON.stringify(seen) ? [] : [`noticed ${notes} instead of ${seen.join()}`];
}

/** Only the lines about functions: which route each got, and why one was left out. */
const linesAboutFunctions = (lines: readonly string[]): string =>
  lines
    .filter((line) => /^Mapped function route|function is in error/.test(line))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((line) => line.replace("route '/", "route '"))
    .join("\n");

function logDifferences(recorded: readonly string[], logged: readonly string[]): string[] {
  const [want, got] = [linesAboutFunctions(recorded), linesAboutFunctions(logged)];
  return want === got ? [] : [`logged ${got} instead of ${want}`];
}

// A reason nobody needs any more would hide a departure that comes back in another shape.
test.runIf(isPresent)("every listed departure is about a recording", () => {
  const ids = z
    .array(z.object({ id: z.string() }))
    .parse(JSON.parse(readFileSync(path.join(DATA, "recorded.json"), "utf8")))
    .map(({ id }) => id);
  expect(DEPARTURES.filter((departure) => !ids.some((id) => departure.ids.test(id)))).toEqual([]);
});
