/** Incidents that arrive by themselves: what, when and how grave follows from the seed and the index. */
import type { Case, Handling } from "./casework.ts";
import type { Company } from "./company.ts";
import { DAY } from "./noise.ts";
import { createRandom, type Random } from "./random.ts";
import type { SentinelSeverity } from "./rows/incidentRows.ts";
import { everydayStory } from "./stories/everyday.ts";
import { FAMILIES } from "./stories/families.ts";
import { type Story, Truth } from "./stories/story.ts";

/** A case without its number, with what is true about it when a story stands behind. */
export interface Arrival extends Omit<Case, "number"> {
  readonly truth?: { readonly family: string; readonly verdict: Truth };
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** A newcomer sees the first incident after this time, the others about every four minutes. */
const FIRST_AFTER_MS = 25_000;
const EVERY_MS = 4 * MINUTE;

/** After a jump of the clock no more than this many arrive; older ones never happened. */
export const MAX_ARRIVALS_AT_ONCE = 300;

/** When the arrival with this index happens. */
export const arrivalTime = (startedAt: number, index: number): number =>
  startedAt + FIRST_AFTER_MS + index * EVERY_MS;

/** The index of the newest arrival until then; -1 when there is none yet. */
export const newestArrival = (startedAt: number, now: number): number =>
  Math.max(-1, Math.floor((now - startedAt - FIRST_AFTER_MS) / EVERY_MS));

/** The share of everyday incidents that Defender merges into the one before, when that is one of every day, too. */
const MERGED = 0.3;
/** The share of them that Sentinel hears of only when they are merged already (some of those in recordings). */
const PHANTOM = 0.3;
/** The share of closed incidents that somebody opens again (2 of 47 in recordings, where few were closed). */
const REOPENED = 0.1;
const EVERYDAY_SEVERITIES: readonly SentinelSeverity[] = [
  "High",
  "Medium",
  "Medium",
  "Low",
  "Low",
  "Informational",
];
/** The same for every truth, so that severity says nothing. */
export const STORY_SEVERITIES: readonly SentinelSeverity[] = ["High", "High", "Medium", "Low"];

/**
 * What arrives as number `index` while the tenant lives. The first is a High sign-in story.
 * @param isAlone the one before never happened: nothing can be merged into it.
 */
export function liveArrival(
  company: Company,
  seed: string,
  startedAt: number,
  index: number,
  isAlone = false,
): Arrival {
  const at = (one: number): Arrival | undefined =>
    one < 0 ? undefined : liveAlarm(company, seed, startedAt, one);
  const alarm = liveAlarm(company, seed, startedAt, index);
  return merging(isAlone ? [] : [at(index - 2), at(index - 1)], alarm, at(index + 1));
}

/** An arrival as if nothing were ever merged. */
function liveAlarm(company: Company, seed: string, startedAt: number, index: number): Arrival {
  const random = createRandom(`${seed}/${company.name}/live/${index}`);
  const arrivesAt = arrivalTime(startedAt, index);
  const isStory = index === 0 || random.chance(0.5);
  const arrival = isStory
    ? storyArrival(company, random, arrivesAt, index === 0 ? "signin_attack" : undefined)
    : everydayArrival(company, random, arrivesAt);
  const severity = index % 5 === 0 ? "High" : arrival.severity;
  return {
    ...arrival,
    severity,
    paceMs: random.int(60, 150) * 1000,
    handling: liveHandling(random),
  };
}

/** Whether Defender would merge it into the one before, should that stand for itself. */
const wouldMerge = (before: Arrival | undefined, one: Arrival | undefined): boolean =>
  before !== undefined &&
  one !== undefined &&
  before.truth === undefined &&
  one.truth === undefined &&
  one.random.fork("merge").chance(MERGED);

/** When it is found out: after all that the products write about both. */
const mergedAt = (before: Arrival, one: Arrival): number =>
  Math.max(before.arrivesAt, one.arrivesAt) + before.paceMs + one.paceMs;

/** Puts into an arrival what its neighbours do to it. Chains of merged incidents are left out. */
function merging(
  [beforeLast, last]: readonly (Arrival | undefined)[],
  arrival: Arrival,
  next: Arrival | undefined,
): Arrival {
  if (last !== undefined && wouldMerge(last, arrival) && !wouldMerge(beforeLast, last)) {
    const isPhantom = arrival.random.fork("phantom").chance(PHANTOM);
    const at = mergedAt(last, arrival);
    return { ...arrival, handling: [{ kind: "merged", at, isPhantom }] };
  }
  if (next === undefined || !wouldMerge(arrival, next) || wouldMerge(last, arrival)) return arrival;
  return { ...arrival, absorbs: { alarm: next, at: mergedAt(arrival, next) } };
}

/** Some are taken, nothing is judged: the verdict is for those who investigate. */
const liveHandling = (random: Random): Handling[] =>
  random.chance(0.3) ? [{ kind: "taken", afterMs: random.int(8, 40) * MINUTE }] : [];

function storyArrival(
  company: Company,
  random: Random,
  arrivesAt: number,
  familyName: string | undefined,
): Arrival {
  const family = random.pick(FAMILIES.filter(({ name }) => (familyName ?? name) === name));
  const verdict = random.pick(Truth.options);
  const story = family.tell({ company, random, truth: verdict, endsAt: arrivesAt - MINUTE });
  const severity = random.pick(STORY_SEVERITIES);
  const truth = { family: family.name, verdict };
  return { story, severity, arrivesAt, paceMs: MINUTE, handling: [], isSlow: true, random, truth };
}

function everydayArrival(company: Company, random: Random, arrivesAt: number): Arrival {
  const story: Story = everydayStory(company, random, arrivesAt - MINUTE);
  const severity = random.pick(EVERYDAY_SEVERITIES);
  return { story, severity, arrivesAt, paceMs: MINUTE, handling: [], isSlow: true, random };
}

/**
 * What came in the 30 days before the start, oldest first; older cases are mostly closed. The last one is new, High and
 * no older than 45 minutes, so that the first sync of a newcomer has something to ring the bell for.
 */
export function pastArrivals(
  company: Company,
  seed: string,
  startedAt: number,
  count: number,
): Arrival[] {
  const step = (30 * DAY) / (count + 1);
  const earlier = Array.from({ length: count }, (_, index) => {
    const random = createRandom(`${seed}/${company.name}/past/${index}`);
    const arrivesAt = Math.round(startedAt - 30 * DAY + (index + random.next()) * step);
    const arrival = random.chance(0.4)
      ? storyArrival(company, random, arrivesAt, undefined)
      : everydayArrival(company, random, arrivesAt);
    const handling = pastHandling(random, startedAt - arrivesAt, arrival.truth?.verdict);
    return { ...arrival, paceMs: random.int(1, 10) * MINUTE, handling };
  });
  const merged = earlier.map((arrival, index) =>
    merging([earlier[index - 2], earlier[index - 1]], arrival, earlier[index + 1]),
  );
  return [...merged, freshArrival(company, seed, startedAt)];
}

function freshArrival(company: Company, seed: string, startedAt: number): Arrival {
  const random = createRandom(`${seed}/${company.name}/fresh`);
  const arrivesAt = startedAt - random.int(15, 40) * MINUTE;
  return { ...storyArrival(company, random, arrivesAt, undefined), severity: "High" };
}

function pastHandling(random: Random, ageMs: number, verdict: Truth | undefined): Handling[] {
  const takenAfter = random.int(5, 90) * MINUTE;
  const taken: Handling = { kind: "taken", afterMs: takenAfter };
  if (ageMs < 2 * DAY) return random.chance(0.5) ? [taken] : [];
  if (random.chance(0.15)) return [taken];
  const truth = verdict ?? random.pick(Truth.options);
  const closedAfter = takenAfter + random.int(1, 20) * HOUR;
  const closed: Handling = { kind: "closed", afterMs: closedAfter, truth };
  const again = random.fork("reopened");
  if (!again.chance(REOPENED)) return [taken, closed];
  return [taken, closed, { kind: "reopened", afterMs: closedAfter + again.int(1, 12) * HOUR }];
}
