/** Decides whether a query may run, and what stays of it. */
import type { HuntingQueryBody, HuntingRecord } from "../schemas/hunting.ts";
import type { KqlAnalysis, TimeRange } from "../schemas/kql.ts";
import type { OutboxMessage } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";
import type { SiemProvider } from "../schemas/providers.ts";
import { AppError, type FieldError } from "./errors.ts";
import { durationMs, plusMs } from "./time.ts";

/** Log Analytics keeps interactive data for 90 days by default. */
const RANGE_MS_MAX = 90 * 86_400_000;
const FINDINGS_SHOWN = 20;

/** @throws AppError `kql-refused` with every finding of the policy, or else every error of the text. */
export function refuseUnlessAllowed({ ok, policy, diagnostics }: KqlAnalysis): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const found = policy.length > 0 ? policy : errors;
  const [first] = found;
  if (first === undefined && ok) return;
  throw new AppError("kql-refused", first?.message ?? "The query is not understood.", {
    errors: found.slice(0, FINDINGS_SHOWN).map(({ line, column, message }): FieldError => ({
      pointer: "/query",
      detail: `Line ${line}, column ${column}: ${message}`,
    })),
  });
}

/**
 * What a duration up to `now`, or an interval `from/to`, spans.
 * @throws AppError `invalid-fields` when it is nothing or more than 90 days, or an interval does not end after it begins.
 */
export function huntingRange({ timespan }: HuntingQueryBody, now: Date): TimeRange {
  const [from, to] = timespan.includes("/")
    ? timespan.split("/").map((moment) => new Date(moment))
    : [plusMs(now, -boundedMs(durationMs(timespan))), now];
  if (from === undefined || to === undefined) throw unusable();
  boundedMs(to.getTime() - from.getTime());
  return { from: from.toISOString(), to: to.toISOString() };
}

function boundedMs(ms: number): number {
  if (ms > 0 && ms <= RANGE_MS_MAX) return ms;
  throw unusable();
}

const unusable = (): AppError =>
  new AppError("invalid-fields", "The timespan is not usable.", {
    errors: [
      {
        pointer: "/timespan",
        detail: "Must be longer than zero and at most 90 days, with from before to.",
      },
    ],
  });

export const huntingRecord = (
  id: string,
  { tenant_id, id: created_by }: Pick<Principal, "id" | "tenant_id">,
  provider: SiemProvider,
  { query, timespan }: HuntingQueryBody,
  now: Date,
): HuntingRecord => ({
  id,
  tenant_id,
  type: "hunting_query",
  provider_id: provider.id,
  query,
  timespan,
  created_by,
  created_at: now.toISOString(),
});

/** A record is made once, so that the audit entry's id may follow from its id. */
export function huntingAudit(record: HuntingRecord, actor_kind: Principal["kind"]): OutboxMessage {
  const id = `audit:hunting.query:${record.id}`;
  const { tenant_id, created_by: actor_id, created_at: at, id: subject_id } = record;
  const fields = ["query", "timespan", "provider"];
  const action = "hunting.query";
  return {
    id,
    queue: "audit",
    body: { id, tenant_id, at, actor_id, actor_kind, action, subject_id, fields },
  };
}
