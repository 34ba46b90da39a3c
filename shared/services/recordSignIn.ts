/** Remembers who signs in, so that people can be assigned and administrators see who uses the product. */
import { retryOnConflict } from "../domain/retryOnConflict.ts";
import { signedIn } from "../domain/users.ts";
import type { Deps } from "../ports/deps.ts";
import * as users from "../repositories/users.ts";
import type { Principal } from "../schemas/principal.ts";

export async function recordSignIn(
  { clock, documents }: Pick<Deps, "clock" | "documents">,
  principal: Principal,
): Promise<void> {
  const attempt = async (): Promise<"done" | "conflict"> => {
    const stored = await users.read(documents, principal.tenant_id, principal.id);
    const user = signedIn(principal, stored?.user, clock.now());
    return await users.save(documents, user, stored?.etag);
  };
  await retryOnConflict(attempt, { what: "The person's record", code: "store-unavailable" });
}
