/** Changing many incidents at once. */
import { z } from "zod";

import { IncidentNumber } from "./incidentNumber.ts";
import { LocalStatus } from "./incidents.ts";
import { partsAreFine } from "./wholeBody.ts";

const Tag = z.string().trim().min(1).max(64);
const Tags = z.array(Tag).max(50);

/** Body of POST /api/v1/incidents/bulk: up to 100 incidents, and what to change on each. */
export const IncidentBulk = z
  .strictObject({
    numbers: z
      .array(IncidentNumber)
      .min(1)
      .max(100)
      .transform((numbers) => [...new Set(numbers)]),
    /** Where several workspaces use the numbers: `sentinel`, a `sip_` id or a name. */
    provider: z.string().min(1).max(200).optional(),
    local_status: LocalStatus.optional(),
    assigned_to: z.email().max(320).nullable().optional(),
    /** Replaces all tags; `add_tags` and `remove_tags` leave the others alone. */
    tags: Tags.optional(),
    add_tags: Tags.optional(),
    remove_tags: Tags.optional(),
  })
  .refine(
    ({ numbers: _numbers, provider: _provider, ...changes }) => Object.keys(changes).length > 0,
    { error: "Give at least one field to change.", when: partsAreFine },
  )
  .refine(
    ({ tags, add_tags, remove_tags }) =>
      tags === undefined || (add_tags === undefined && remove_tags === undefined),
    { message: "tags excludes add_tags and remove_tags.", path: ["tags"] },
  );
export type IncidentBulk = z.infer<typeof IncidentBulk>;

/** Reply: one result for each number, in their order. A failure of one changes nothing of the others. */
export const IncidentBulkReply = z.object({
  items: z.array(
    z.object({
      number: z.int(),
      result: z.enum(["changed", "unchanged", "failed"]),
      error: z.object({ code: z.string(), detail: z.string() }).optional(),
    }),
  ),
  changed: z.int(),
  unchanged: z.int(),
  failed: z.int(),
});
export type IncidentBulkReply = z.infer<typeof IncidentBulkReply>;
