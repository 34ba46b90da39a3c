/** What people do beside a story: without it, a table that only one truth writes to would tell the truth. */
import type { Company, User } from "../company.ts";
import type { Random } from "../random.ts";
import { officeRow } from "../rows/activityRows.ts";
import { auditRow, tokenSignInRow } from "../rows/identityRows.ts";
import type { LogRow } from "../rows/row.ts";
import { MINUTE } from "./story.ts";

/** A file that is read, a profile that is updated and a token that is renewed, from the office. */
export function ordinaryRows(
  { company, random }: { company: Company; random: Random },
  user: User,
  startedAt: number,
): LogRow[] {
  const ip = company.officeIp;
  const at = startedAt + random.int(1, 30) * MINUTE;
  return [
    officeRow(company, random, {
      at,
      user,
      ip,
      operation: "FileAccessed",
      workload: "SharePoint",
      object: `https://${company.name}.sharepoint.example/sites/team/${random.hex(6)}.docx`,
    }),
    auditRow(company, random, { at, operation: "Update user", actor: user, target: user, ip }),
    tokenSignInRow(company, random, {
      at,
      user,
      ip,
      place: company.office,
      isOwnDevice: true,
      result: "0",
      app: "Microsoft Teams",
      mfa: "claim",
    }),
  ];
}
