/** Dead letters of every queue that are the tenant's. */
import { deadLetterView, tenantOf } from "../domain/deadLetters.ts";
import type { Deps } from "../ports/deps.ts";
import type { DeadLetter } from "../schemas/deadLetters.ts";
import type { DeadLetterView } from "../schemas/deadLetters.ts";
import { QueueName } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "queue" | "settings">;

/** Of each queue, so that one flooded queue hides none of the others. */
const LOOKED_AT = 200;

/** Oldest first. @param only one queue; all of them without. @throws AppError `queue-unavailable`. */
export async function listDeadLetters(
  deps: Needs,
  principal: Pick<Principal, "tenant_id">,
  only: QueueName | undefined,
): Promise<DeadLetterView[]> {
  const queues = QueueName.options.filter((name) => only === undefined || name === only);
  const found = await Promise.all(
    queues.map(async (queue) =>
      (await deps.queue.deadLetters(queue, LOOKED_AT))
        .filter((letter) => isOf(deps, principal, letter))
        .map((letter) => deadLetterView(queue, letter)),
    ),
  );
  return found.flat().toSorted((a, b) => (a.dead_at < b.dead_at ? -1 : 1));
}

/** A letter that names no tenant is the deployment's own: the home tenant's administrators look after it. */
function isOf(
  { settings }: Needs,
  { tenant_id }: Pick<Principal, "tenant_id">,
  letter: DeadLetter,
): boolean {
  return (tenantOf(letter) ?? settings.auth.tenantIds[0]) === tenant_id;
}
