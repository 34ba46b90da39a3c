/** How far back a hunt looks. */
export const TIMESPANS = [
  ["PT1H", "Last hour"],
  ["PT4H", "Last 4 hours"],
  ["P1D", "Last 24 hours"],
  ["P7D", "Last 7 days"],
  ["P30D", "Last 30 days"],
  ["P90D", "Last 90 days"],
] as const;

/** @returns one of the offered durations; a day for any other text. */
export const timespanOf = (value: unknown): string =>
  TIMESPANS.find(([each]) => each === value)?.[0] ?? "P1D";
