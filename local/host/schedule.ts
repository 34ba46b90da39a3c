/** Timer schedules of the Functions host: NCRONTAB with six (or five) fields in UTC, and time spans. */

export interface Schedule {
  kind: "cron" | "constant";
  /** How the host writes the schedule once it has read it. */
  normalized: string;
  /** First time after `after`; undefined when there is none. For a time span: one span later. */
  next(after: Date): Date | undefined;
}

interface Field {
  least: number;
  most: number;
  /** English names, `names[0]` standing for `least`. */
  names: readonly string[];
}

const MONTHS =
  "january february march april may june july august september october november december";
const DAYS = "sunday monday tuesday wednesday thursday friday saturday";
const FIELDS: readonly Field[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: MONTHS.split(" ") },
  { least: 0, most: 6, names: DAYS.split(" ") },
];

/**
 * Reads a schedule as the host does: a cron expression if it is one, else a time span.
 *
 * @throws RangeError with the host's own message
 */
export function parseSchedule(text: string): Schedule {
  const schedule = parseCron(text) ?? parseSpan(text);
  if (schedule === undefined)
    throw new RangeError(
      `The schedule expression '${text}' was not recognized as a valid cron expression or timespan string.`,
    );
  return schedule;
}

function parseCron(text: string): Schedule | undefined {
  // Only spaces separate fields; a tab makes the expression invalid.
  const parts = text.split(" ").filter((part) => part !== "");
  if (parts.length !== 5 && parts.length !== 6) return undefined;
  const fields = parts.length === 5 ? FIELDS.slice(1) : FIELDS;
  const sets = parts.map((part, index) => {
    const field = fields[index];
    return field && parseField(part, field);
  });
  const full = parts.length === 5 ? [new Set([0]), ...sets] : sets;
  const [seconds, minutes, hours, days, months, weekdays] = full;
  if (!seconds || !minutes || !hours || !days || !months || !weekdays) return undefined;
  const normalized = sets.map((set, index) => formatField(set, fields[index])).join(" ");
  const cron = { seconds, minutes, hours, days, months, weekdays };
  return { kind: "cron", normalized, next: (after) => nextCron(cron, after) };
}

function parseField(text: string, field: Field): Set<number> | undefined {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const range = parseItem(item, field);
    if (range === undefined) return undefined;
    for (let value = range.first; value <= range.last; value += range.step) values.add(value);
  }
  return values;
}

function parseItem(
  item: string,
  field: Field,
): { first: number; last: number; step: number } | undefined {
  const [range = "", stepText, ...more] = item.split("/");
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  if (more.length > 0 || step === undefined) return undefined;
  // The host takes a step of 0 for 1.
  const stride = Math.max(step, 1);
  if (range === "*") return { first: field.least, last: field.most, step: stride };
  const [left = "", right, ...rest] = range.split("-");
  const first = parseValue(left, field);
  if (first === undefined || rest.length > 0) return undefined;
  if (right === undefined)
    return { first, last: stepText === undefined ? first : field.most, step: stride };
  const last = parseValue(right, field);
  if (last === undefined) return undefined;
  // The host swaps the ends of a range that runs backwards.
  return { first: Math.min(first, last), last: Math.max(first, last), step: stride };
}

const parseNumber = (text: string): number | undefined =>
  /^\d{1,9}$/.test(text) ? Number(text) : undefined;

function parseValue(text: string, field: Field): number | undefined {
  const number = parseNumber(text) ?? parseName(text, field);
  return number === undefined || number < field.least || number > field.most ? undefined : number;
}

function parseName(text: string, field: Field): number | undefined {
  if (text === "") return undefined;
  const index = field.names.findIndex((name) => name.startsWith(text.toLowerCase()));
  return index < 0 ? undefined : index + field.least;
}

function formatField(values: Set<number> | undefined, field: Field | undefined): string {
  const sorted = [...(values ?? [])].toSorted((a, b) => a - b);
  if (field !== undefined && sorted.length === field.most - field.least + 1) return "*";
  const runs: { first: number; last: number }[] = [];
  for (const value of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && value === run.last + 1) run.last = value;
    else runs.push({ first: value, last: value });
  }
  return runs
    .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    .join(",");
}

type Cron = Record<"seconds" | "minutes" | "hours" | "days" | "months" | "weekdays", Set<number>>;

/** The longest wait of a possible date: 29 February on one weekday, across a century without leap day. */
const SEARCH_YEARS = 44;

function nextCron(cron: Cron, after: Date): Date | undefined {
  const at = new Date(Math.floor(after.getTime() / 1000) * 1000 + 1000);
  const lastYear = at.getUTCFullYear() + SEARCH_YEARS;
  while (at.getUTCFullYear() <= lastYear) {
    if (!cron.months.has(at.getUTCMonth() + 1)) {
      at.setUTCMonth(at.getUTCMonth() + 1, 1);
      at.setUTCHours(0, 0, 0);
    } else if (!cron.days.has(at.getUTCDate()) || !cron.weekdays.has(at.getUTCDay())) {
      at.setUTCDate(at.getUTCDate() + 1);
      at.setUTCHours(0, 0, 0);
    } else if (!cron.hours.has(at.getUTCHours())) {
      at.setUTCHours(at.getUTCHours() + 1, 0, 0);
    } else if (!cron.minutes.has(at.getUTCMinutes())) {
      at.setUTCMinutes(at.getUTCMinutes() + 1, 0);
    } else if (cron.seconds.has(at.getUTCSeconds())) {
      return at;
    } else {
      at.setUTCSeconds(at.getUTCSeconds() + 1);
    }
  }
  return undefined;
}

const SPAN =
  /^\s*(?<sign>-)?(?:(?<days>\d+)\.)?(?<first>\d+):(?<minutes>\d+)(?::(?<seconds>\d+)(?:\.(?<fraction>\d{1,7}))?)?\s*$/;

/** .NET time spans, `[-][d.]hh:mm[:ss[.fffffff]]`; a first part above 23 counts days, and so does a bare number. */
function parseSpan(text: string): Schedule | undefined {
  const bare = /^\s*(-?\d+)\s*$/.exec(text)?.[1];
  if (bare !== undefined) return constant(Number(bare) * 86_400_000);
  const groups = SPAN.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const part = (name: string): number => Number(groups[name] ?? 0);
  const [first, second, third] = [part("first"), part("minutes"), part("seconds")];
  const fraction = Math.round(Number(`0.${groups["fraction"] ?? 0}`) * 1000);
  const isDays = first > 23 && groups["days"] === undefined && groups["fraction"] === undefined;
  const [days, hours, minutes, seconds] = isDays
    ? [first, second, third, 0]
    : [part("days"), first, second, third];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + fraction;
  return constant(groups["sign"] === undefined ? ms : -ms);
}

function constant(spanMs: number): Schedule {
  return {
    kind: "constant",
    normalized: formatSpan(spanMs),
    next: (after) => new Date(after.getTime() + spanMs),
  };
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");

function formatSpan(spanMs: number): string {
  const total = Math.abs(spanMs);
  const days = Math.floor(total / 86_400_000);
  const fraction = total % 1000 === 0 ? "" : `.${String(total % 1000).padStart(3, "0")}0000`;
  const time = `${two((total / 3_600_000) % 24)}:${two((total / 60_000) % 60)}:${two((total / 1000) % 60)}`;
  return `${spanMs < 0 ? "-" : ""}${days > 0 ? `${days}.` : ""}${time}${fraction}`;
}
