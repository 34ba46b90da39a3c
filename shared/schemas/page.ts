/** What every list takes and gives. */
import { z } from "zod";

/** Query parameters of a list: `limit` 1 to 100 (default 20), `cursor` from the page before. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(2000).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** `{items, total?, limit, offset?, next_cursor}`; `next_cursor` is null on the last page. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    total: z.int().nonnegative().optional(),
    limit: z.int(),
    offset: z.int().nonnegative().optional(),
    next_cursor: z.string().nullable(),
  });

/** A query parameter that may be repeated: one value or several become a list. */
export const repeated = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(item).max(50));
