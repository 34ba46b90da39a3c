/** The audit trail, for administrators: read, exported, verified. Nothing here or elsewhere changes or removes an entry. */
import * as audit from "../../shared/repositories/audit.ts";
import {
  AuditFilter,
  AuditList,
  AuditQuery,
  AuditVerification,
  VerificationQuery,
} from "../../shared/schemas/audit.ts";
import { exportAudit } from "../../shared/services/exportAudit.ts";
import { verifyAudit } from "../../shared/services/verifyAudit.ts";
import { endpoint } from "../kit/endpoint.ts";

const ROUTE = "admin/audit";
const permission = "audit:read";

export const auditList = endpoint({
  name: "audit-list",
  method: "GET",
  route: ROUTE,
  permission,
  summary: "Who changed what, newest first.",
  query: AuditQuery,
  reply: AuditList,
  async handle({ deps, principal, query }) {
    const { limit, cursor, ...filter } = query;
    const page = await audit.search(deps.documents, principal.tenant_id, filter, { limit, cursor });
    const next_cursor = page.cursor ?? null;
    return { status: 200, body: { items: page.records, limit, next_cursor } };
  },
});

export const auditExport = endpoint({
  name: "audit-export",
  method: "GET",
  route: `${ROUTE}/export.csv`,
  permission,
  summary: "All entries that match the filter, as CSV.",
  query: AuditFilter,
  streams: "text/csv; charset=utf-8",
  async handle({ deps, principal, query }) {
    const stream = exportAudit(deps, principal.tenant_id, query);
    const headers = { "content-disposition": 'attachment; filename="audit.csv"' };
    return { status: 200, stream, headers };
  },
});

export const auditVerify = endpoint({
  name: "audit-verify",
  method: "GET",
  route: `${ROUTE}/verification`,
  permission,
  summary:
    "Whether the chain of each day is as it was written; the last thirty days when none are given.",
  query: VerificationQuery,
  reply: AuditVerification,
  handle: async ({ deps, principal, query }) => ({
    status: 200,
    body: await verifyAudit(deps, principal.tenant_id, query),
  }),
});
