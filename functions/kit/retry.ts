/** Work that fails is tried again later, not at once: the host's own retry of a queue message has no pause. */
import { createHash } from "node:crypto";

import type { Deps } from "../../shared/ports/deps.ts";
import { JsonObject } from "../../shared/schemas/json.ts";
import type { QueueName } from "../../shared/schemas/messages.ts";

/** Pauses before the tries after the first, in seconds. After the last one the broker takes over: dead letters. */
const PAUSES = [5, 30, 120, 600, 1800] as const;
/** Field of a message's body that counts the tries before this one; workers' schemas leave it out. */
const ATTEMPT = "attempt";
/** Field that says what failed last, so that a dead letter can be explained. */
const FAILURE = "last_failure";

/**
 * Sends the message again for later. False when it has had its tries, or is nothing that could be sent again: then the
 * failure is the host's. A crash between sending and completing gives the message twice, which every worker allows.
 * @param failure the code of what failed: explains a dead letter to administrators.
 * @throws AppError `queue-unavailable`.
 */
export async function retryLater(
  { clock, queue }: Pick<Deps, "clock" | "queue">,
  name: QueueName,
  body: unknown,
  failure: string,
): Promise<boolean> {
  const parsed = JsonObject.safeParse(body);
  if (!parsed.success) return false;
  const { [ATTEMPT]: counted, [FAILURE]: _before, ...message } = parsed.data;
  const attempt = typeof counted === "number" ? counted : 0;
  const pause = PAUSES[attempt];
  if (pause === undefined) return false;
  const now = clock.now().getTime();
  const hash = createHash("sha256").update(JSON.stringify(message)).digest("base64url");
  await queue.send(name, [
    {
      // The time is part of it: a later failure of a like message is another one, not a duplicate.
      id: `retry:${hash.slice(0, 32)}:${attempt + 1}:${now}`,
      body: { ...message, [ATTEMPT]: attempt + 1, [FAILURE]: failure },
      notBefore: new Date(now + pause * 1000),
    },
  ]);
  return true;
}
