/** Runs a query that a person wrote: policy first, then the record of who asks what, then the workspace. */
import { AppError, notFound } from "../domain/errors.ts";
import {
  huntingAudit,
  huntingRange,
  huntingRecord,
  refuseUnlessAllowed,
} from "../domain/hunting.ts";
import type { Deps } from "../ports/deps.ts";
import * as hunting from "../repositories/hunting.ts";
import * as providers from "../repositories/providers.ts";
import type { HuntingQueryBody, HuntingReply } from "../schemas/hunting.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "clock" | "documents" | "ids" | "kql" | "log" | "queue" | "siem">;

const ROWS_MAX = 5_000;
const TIMEOUT_MS = 60_000;

/**
 * A query that runs has been recorded and audited before: one that fails in the workspace is in the trail, too.
 * @throws AppError `kql-refused` with what the policy or the parser has against it; `invalid-fields`; `not-found` when
 *   the provider is not the tenant's; what Siem.query throws.
 */
export async function runHuntingQuery(
  deps: Needs,
  principal: Principal,
  body: HuntingQueryBody,
): Promise<HuntingReply> {
  const now = deps.clock.now();
  const timespan = huntingRange(body, now);
  const provider = await providers.find(deps.documents, principal.tenant_id, body.provider);
  if (provider === undefined) throw notFound("provider");
  const schema = await deps.siem.schema(provider);
  refuseUnlessAllowed(await deps.kql.analyse(body.query, schema, provider.kql_policy));
  const record = huntingRecord(deps.ids.next("hnt"), principal, provider, body, now);
  const outcome = await hunting.create(deps, record, [huntingAudit(record, principal.kind)]);
  if (outcome === "conflict") throw new AppError("conflict", "A query of this id exists.");
  const result = await deps.siem.query(provider, {
    kql: body.query,
    timespan,
    maxRows: ROWS_MAX,
    timeoutMs: TIMEOUT_MS,
    isHunt: true,
  });
  const rows = result.rows.slice(0, ROWS_MAX);
  return {
    columns: result.columns,
    rows,
    truncated: result.truncated || result.rows.length > rows.length,
    statistics: {
      row_count: rows.length,
      duration_ms: result.duration_ms,
      ...(result.partial_error !== undefined && { partial_error: result.partial_error }),
    },
  };
}
