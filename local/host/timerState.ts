/** When each timer last ran, kept in a file so that a run missed while the host was stopped is made up for once. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";

import { z } from "zod";

const TimerRecord = z.object({
  schedule: z.string(),
  /** Absent until the first run. */
  last: z.iso.datetime().optional(),
  /** The run that was expected when the record was written. */
  next: z.iso.datetime(),
});
export type TimerRecord = z.infer<typeof TimerRecord>;

const TimerRecords = z.record(z.string(), TimerRecord);

export class TimerState {
  readonly #file: string | undefined;
  readonly #records: Map<string, TimerRecord>;

  /** Without a file nothing outlives the process. A file that cannot be read counts as empty. */
  constructor(file?: string) {
    this.#file = file;
    this.#records = new Map(Object.entries(file === undefined ? {} : readRecords(file)));
  }

  get(name: string): TimerRecord | undefined {
    return this.#records.get(name);
  }

  set(name: string, record: TimerRecord): void {
    this.#records.set(name, record);
    if (this.#file === undefined) return;
    // Written beside and moved, so that a kill in between leaves the old file whole.
    const beside = `${this.#file}.new`;
    writeFileSync(beside, JSON.stringify(Object.fromEntries(this.#records)));
    renameSync(beside, this.#file);
  }
}

function readRecords(file: string): Record<string, TimerRecord> {
  try {
    const parsed = TimerRecords.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}
