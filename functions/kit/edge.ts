/** What the kit asks of the product around every request. `functions/edge.ts` gives it; the kit itself knows no records. */
import type { Once } from "./idempotency.ts";
import type { RateGuard } from "./rateLimit.ts";
import type { KeyDoor } from "./signIn.ts";

export type Edge = KeyDoor & Once & RateGuard;
