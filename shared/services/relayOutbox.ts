/** Sends what is left in the outbox: messages whose change was committed and whose sending failed or was cut off. */
import { plusMs } from "../domain/time.ts";
import type { ContainerName } from "../ports/containers.ts";
import type { Deps } from "../ports/deps.ts";
import { containersWithOutbox, send, waiting, type WaitingRow } from "../repositories/outbox.ts";

type Needs = Pick<Deps, "clock" | "documents" | "log" | "queue">;

/** Younger rows are being sent by the one who wrote them. */
const AGE_MS = 5_000;
const ROWS_PER_PAGE = 500;
/** A broker that is down lets every row wait for its timeout; the next sweep goes on. */
const RUN_MS = 4 * 60_000;

/**
 * Sweeps every container's rows, oldest first, page after page. A row that cannot be sent stays for the next sweep and
 * does not hold up the others; consumers take a message that is sent twice once.
 */
export async function relayOutbox(deps: Needs): Promise<{ sent: number; failed: number }> {
  const startedAt = deps.clock.now();
  const before = plusMs(startedAt, -AGE_MS).toISOString();
  const until = plusMs(startedAt, RUN_MS);
  let sent = 0;
  let failed = 0;
  for (const container of containersWithOutbox()) {
    for await (const { key, row } of rowsOf(deps, container)) {
      if (row.created_at > before || deps.clock.now() > until) break;
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

async function* rowsOf(deps: Needs, container: ContainerName): AsyncIterable<WaitingRow> {
  let cursor: string | undefined;
  do {
    const page = await waiting(deps, container, ROWS_PER_PAGE, cursor);
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
