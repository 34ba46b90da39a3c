/** What the product has acknowledged so far, and whether it still keeps it after a restart. */
import { z } from "zod";

import type { Product } from "../product/product.ts";
import { brokenSchedules, type ScheduleBook } from "./schedules.ts";

export const ANALYST = "analyst@contoso.example";
export const ADMIN = "admin@contoso.example";

const Inbox = z.object({
  items: z.array(
    z.object({
      event: z.object({
        type: z.string(),
        data: z.looseObject({ incident_number: z.int().optional() }),
      }),
    }),
  ),
  next_cursor: z.string().nullable(),
});
const Severe = z.object({ severity: z.string() });
const Session = z.object({
  status: z.string(),
  report: z.object({ claims: z.array(z.unknown()) }).nullable(),
  steps: z.array(z.object({ seq: z.int(), stage: z.string() })),
});

export class Promises {
  /** Notes that a PATCH answered 200 to, by incident number. */
  readonly notes = new Map<number, string>();
  /** Notes that were sent and whose answer never came: the old or the new one may stand. */
  readonly unsure = new Map<number, string[]>();
  /** Sessions that a start answered 202 to. */
  readonly sessions = new Set<string>();
  /** Schedules that a creation answered 201 to, with the runs that a request answered 202 to. */
  readonly schedules: ScheduleBook = new Map();
  /** Incidents that a story has produced. */
  readonly stories = new Set<number>();

  /** What is broken right after a restart, before any work has settled: in words, empty when all is well. */
  async brokenNow(product: Product): Promise<string[]> {
    const broken: string[] = [];
    for (const [number, note] of this.notes) {
      const { status, json } = await product.call(ANALYST, "GET", `/api/v1/incidents/${number}`);
      const found = z.object({ notes: z.string() }).safeParse(json);
      const allowed = [note, ...(this.unsure.get(number) ?? [])];
      if (status !== 200 || !found.success) broken.push(`incident ${number} is gone (${status})`);
      else if (!allowed.includes(found.data.notes))
        broken.push(`the note of incident ${number} is lost`);
    }
    for (const id of this.sessions) {
      const { status } = await product.call(ANALYST, "GET", `/api/v1/sessions/${id}`);
      if (status !== 200) broken.push(`session ${id} is gone (${status})`);
    }
    return [...broken, ...repeated(await alertedNumbers(product))];
  }

  /** As `brokenNow`, once all work has ended: each story told once, each session with one report. */
  async brokenAtTheEnd(product: Product): Promise<string[]> {
    const broken = await this.brokenNow(product);
    broken.push(...(await brokenSchedules(product, ANALYST, this.schedules)));
    const alerted = new Set(await alertedNumbers(product));
    for (const number of this.stories) {
      const path = `/api/v1/incidents/${number}`;
      const severity = Severe.safeParse((await product.call(ANALYST, "GET", path)).json).data;
      if (severity === undefined) broken.push(`incident ${number} was never synchronised`);
      else if (["medium", "high"].includes(severity.severity) && !alerted.has(number))
        broken.push(`nobody was told of incident ${number}`);
    }
    for (const id of this.sessions) {
      const session = Session.parse(await product.ask(ANALYST, "GET", `/api/v1/sessions/${id}`));
      if (session.status !== "completed") broken.push(`session ${id} ended ${session.status}`);
      else if (session.report === null) broken.push(`session ${id} has no report`);
      const seqs = session.steps.map(({ seq }) => seq);
      if (seqs.some((seq, i) => seq !== i + 1))
        broken.push(`steps of ${id} are not 1..n: ${seqs.join(",")}`);
      const reports = session.steps.filter(({ stage }) => stage === "report").length;
      if (reports > 1) broken.push(`session ${id} wrote ${reports} reports`);
    }
    return broken;
  }
}

/** Incident numbers of every incident-alert in the inbox, once per alert. */
async function alertedNumbers(product: Product): Promise<number[]> {
  const numbers: number[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = Inbox.parse(
      await product.ask(
        ANALYST,
        "GET",
        `/api/v1/notifications?event=incident-alert&limit=100${query}`,
      ),
    );
    numbers.push(...page.items.flatMap(({ event }) => event.data.incident_number ?? []));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return numbers;
}

function repeated(numbers: readonly number[]): string[] {
  const seen = new Set<number>();
  return numbers.flatMap((number) => {
    if (seen.has(number)) return [`incident ${number} was told twice`];
    seen.add(number);
    return [];
  });
}
