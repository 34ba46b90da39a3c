/** What the kit asks of the product around every request. `functions/edge.ts` gives it; the kit itself knows no records. */
import type { Once } from "./idempotency.ts";
import type { RateGuard } from "./rateLimit.ts";
import type { UserBook } from "./seenUsers.ts";
import type { KeyDoor } from "./signIn.ts";
import type { TimerBook } from "./timer.ts";

export type Edge = KeyDoor & Once & RateGuard & UserBook & TimerBook;
