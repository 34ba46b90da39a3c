/** Leases: who may do a piece of work that must not run twice at once. */
import { z } from "zod";

/** Document `lease:<name>` of container control; it outlives its holder, so that fencing numbers only grow. */
export const Lease = z.object({
  type: z.literal("lease"),
  id: z.string(),
  /** Free from then on. */
  lease_until: z.iso.datetime(),
  /** Grows by one with every holder. */
  fence: z.int().positive(),
});
export type Lease = z.infer<typeof Lease>;
