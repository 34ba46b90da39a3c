/** Sends what is left in the outbox: messages whose change was committed and whose sending failed or was cut off. */
import { plusMs } from "../domain/time.ts";
import type { Deps } from "../ports/deps.ts";
import { containersWithOutbox, send, waiting } from "../repositories/outbox.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** Younger rows are being sent by the one who wrote them. */
const AGE_MS = 5_000;
const ROWS_PER_RUN = 500;

/**
 * Sweeps every container's rows, oldest first. A row that cannot be sent stays for the next sweep and does not hold up
 * the others; consumers take a message that is sent twice once.
 */
export async function relayOutbox(deps: Needs): Promise<{ sent: number; failed: number }> {
  const before = plusMs(deps.clock.now(), -AGE_MS).toISOString();
  let sent = 0;
  let failed = 0;
  for (const container of containersWithOutbox()) {
    for (const { key, row } of await waiting(deps, container, ROWS_PER_RUN)) {
      if (row.created_at > before) break;
      try {
        await send(deps, container, key, row);
        sent += 1;
      } catch (error) {
        failed += 1;
        deps.log.error("outbox.relay-failed", { container, message_id: row.message_id, error });
      }
    }
  }
  if (sent + failed > 0) deps.log.info("outbox.relayed", { sent, failed });
  return { sent, failed };
}
