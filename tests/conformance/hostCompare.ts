/** Says in which points an answer differs from the recorded one. */
import { createHash } from "node:crypto";

import type { Outcome } from "./hostClient.ts";
import type { Recording } from "./hostRecordings.ts";

/** Recorded waits from here on are the real host's time limits, which nobody wants to sit through. */
const LONG_SECONDS = 5;

/** Empty when equal. Each entry names one point, so that a list of differences stays readable. */
export function differences(recording: Recording, outcome: Outcome, host: string): string[] {
  const { response = {} } = recording;
  if (response.none !== undefined) return differencesOfNone(response.none, outcome);
  const { answer } = outcome;
  const status = [response.status].flat().join();
  if (answer === undefined) return [`no answer (${outcome.ended}) instead of ${status}`];
  const found = bodyDifferences(response, answer.body, host);
  if (String(answer.status) !== status) found.push(`status ${answer.status} instead of ${status}`);
  if (response.headers !== undefined) {
    const want = canonicalHeaders(response.headers, host);
    const got = canonicalHeaders(answer.headers, host);
    if (want !== got) found.push(`headers ${got} instead of ${want}`);
  }
  return [...found, ...courseDifferences(recording, outcome)];
}

/** How the exchange went apart from the answer: interim answers, its end, its duration. */
function courseDifferences(recording: Recording, outcome: Outcome): string[] {
  const { ended = "", interim = [] } = recording.response ?? {};
  const found: string[] = [];
  // Where the recorder left, or HTTP/1.0 ended with the connection, there is nothing to compare.
  if (ended === "" || ended.startsWith("error")) {
    const want = ended === "" ? "complete" : "reset";
    if (outcome.ended !== want) found.push(`ended ${outcome.ended} instead of ${want}`);
  }
  if (interim.join() !== outcome.interim.join())
    found.push(`interim ${outcome.interim.join()} instead of ${interim.join()}`);
  if ((recording.afterSeconds ?? 0) >= LONG_SECONDS && outcome.seconds < LONG_SECONDS)
    found.push(`answered at once instead of after ${recording.afterSeconds} s`);
  return found;
}

function differencesOfNone(none: string, outcome: Outcome): string[] {
  if (outcome.answer !== undefined) return [`answered ${outcome.answer.status} instead of nothing`];
  const how = none.startsWith("error") ? "reset" : none;
  return outcome.ended === how ? [] : [`ended ${outcome.ended} instead of ${none}`];
}

/** Without date, server and the values that are random. */
function canonicalHeaders(headers: Record<string, string | string[]>, host: string): string {
  const kept = Object.entries(headers)
    .filter(([name]) => !/^(?:server)$/.test(name) || headers[name] === "mine")
    .filter(([name, value]) => name !== "date" || value === "Thu, 01 Jan 1970 00:00:00 GMT")
    .map(([name, value]) => [name, [value].flat().map((each) => canonicalText(each, host))]);
  return JSON.stringify(kept.toSorted(byName));
}

function bodyDifferences(
  response: NonNullable<Recording["response"]>,
  body: Buffer,
  host: string,
): string[] {
  const found: string[] = [];
  if (response.bodyLength !== undefined && body.length !== response.bodyLength)
    found.push(`body of ${body.length} bytes instead of ${response.bodyLength}`);
  if (response.bodyStarts !== undefined && !body.toString("utf8").startsWith(response.bodyStarts))
    found.push("the body starts otherwise");
  if (response.bodyBase64 !== undefined && body.toString("base64") !== response.bodyBase64)
    found.push("other bytes");
  if (
    response.bodySha256 !== undefined &&
    createHash("sha256").update(body).digest("hex") !== response.bodySha256
  )
    found.push("body of another hash");
  if (response.body !== undefined) {
    const [want, got] = [response.body, body.toString("utf8")].map((text) =>
      unordered(canonicalText(text, host)),
    );
    if (want !== got) found.push(`body ${got?.slice(0, 300)} instead of ${want?.slice(0, 300)}`);
  }
  return found;
}

const byName = (a: readonly unknown[], b: readonly unknown[]): number =>
  String(a[0]) < String(b[0]) ? -1 : 1;

/** JSON with its keys sorted: their order says nothing. Other text as it is. */
function unordered(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(byName))
        : value,
    );
  } catch {
    return text;
  }
}

function canonicalText(text: string, host: string): string {
  return text
    .replaceAll(host, "HOST")
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID")
    .replaceAll(/httpTrigger[0-9a-f]{10}/g, "httpTriggerHASH")
    .replaceAll(/formdata-undici-\d+/g, "formdata-undici-0")
    .replaceAll(/v{1000,}/g, (run) => `${"v".repeat(20)}… (${run.length} characters)`);
}
