/**
 * How the engine represents Kusto values. The one place that says so:
 *
 * | Kusto type | JavaScript value |
 * |---|---|
 * | any, absent | `null` (a string is never null: its absent value is `""`) |
 * | bool | `boolean` |
 * | int, real, decimal | `number` (decimal keeps about 16 digits) |
 * | long | `number`; `bigint` only outside of the safe integers (see int64.ts) |
 * | timespan | ticks of 100 ns, held like a long |
 * | datetime | ticks of 100 ns since 2020-01-01T00:00Z, held like a long |
 * | string, guid | `string` (guid in lower case) |
 * | dynamic | parsed JSON; a datetime or timespan inside is its text |
 *
 * Ticks since 2020 are exact safe integers from 1991 to 2048, which keeps the common case on plain numbers.
 */

/** A long, or the ticks of a datetime or timespan. A bigint never holds a safe integer. */
export type Int64 = number | bigint;

export type Dynamic =
  | null
  | boolean
  | number
  | bigint
  | string
  | Dynamic[]
  | { [key: string]: Dynamic };

export type KqlValue = Dynamic;

export type DynamicBag = { [key: string]: Dynamic };

export const TICKS_PER_MS = 10_000;
export const TICKS_PER_SECOND = 10_000_000;
export const TICKS_PER_DAY = 864_000_000_000;

/** Milliseconds of the Unix epoch at which the engine's ticks begin: 2020-01-01T00:00Z. */
export const EPOCH_MS = 1_577_836_800_000;

/** Turns a Date into a datetime value. */
export const datetimeFromDate = (date: Date): number => (date.getTime() - EPOCH_MS) * TICKS_PER_MS;

export const isBag = (value: KqlValue | undefined): value is DynamicBag =>
  typeof value === "object" && value !== null && !Array.isArray(value);
