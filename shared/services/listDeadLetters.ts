/** Dead letters of every queue that are the tenant's, page by page. */
import { deadLetterView, placesAfter, readPlaces, tenantOf } from "../domain/deadLetters.ts";
import type { Deps } from "../ports/deps.ts";
import type { DeadLetter, DeadLetterQuery, DeadLetterView } from "../schemas/deadLetters.ts";
import { QueueName } from "../schemas/messages.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "queue" | "settings">;

const READ_AT_ONCE = 200;
/** Of each queue for one page. Letters of all tenants lie in one queue: where they are many, pages may be short, or empty. */
const LOOKED_AT = 2_000;

/** What was found in one queue, and how far it was looked through. */
interface Looked {
  queue: QueueName;
  letters: DeadLetter[];
  /** Key of the last letter that was looked at; `undefined` when none was. */
  upTo: string | undefined;
  hasMore: boolean;
}

/**
 * Oldest first, as far as queues keep them in order.
 * @returns `cursor`: `undefined` when every queue was looked through to its end.
 * @throws AppError `queue-unavailable`; `invalid-fields` for a cursor that is of another list.
 */
export async function listDeadLetters(
  deps: Needs,
  principal: Pick<Principal, "tenant_id">,
  { queue: only, limit, cursor }: DeadLetterQuery,
): Promise<{ items: DeadLetterView[]; cursor: string | undefined }> {
  const places = readPlaces(cursor);
  const queues = QueueName.options.filter((name) => only === undefined || name === only);
  const looked = await Promise.all(
    queues.map((queue) => look(deps, principal, { queue, after: places[queue], limit })),
  );
  const items: DeadLetterView[] = [];
  while (items.length < limit) {
    const [oldest] = looked
      .filter(({ letters }) => letters.length > 0)
      .toSorted((a, b) => headOf(a) - headOf(b));
    const letter = oldest?.letters.shift();
    if (oldest === undefined || letter === undefined) break;
    items.push(deadLetterView(oldest.queue, letter));
    places[oldest.queue] = letter.key;
  }
  for (const { queue, letters, upTo } of looked) {
    if (letters.length === 0 && upTo !== undefined) places[queue] = upTo;
  }
  const isMore = looked.some(({ letters, hasMore }) => hasMore || letters.length > 0);
  return { items, cursor: isMore ? placesAfter(places) : undefined };
}

const headOf = ({ letters }: Looked): number => letters[0]?.deadAt.getTime() ?? 0;

async function look(
  deps: Needs,
  principal: Pick<Principal, "tenant_id">,
  { queue, after, limit }: { queue: QueueName; after: string | undefined; limit: number },
): Promise<Looked> {
  const looked: Looked = { queue, letters: [], upTo: after, hasMore: true };
  for (let seen = 0; seen < LOOKED_AT && looked.letters.length < limit;) {
    const page = await deps.queue.deadLetters(queue, READ_AT_ONCE, looked.upTo);
    looked.letters.push(...page.filter((letter) => isOf(deps, principal, letter)));
    looked.upTo = page.at(-1)?.key ?? looked.upTo;
    looked.hasMore = page.length === READ_AT_ONCE;
    seen += page.length;
    if (!looked.hasMore) break;
  }
  return looked;
}

/** A letter that names no tenant is the deployment's own: the home tenant's administrators look after it. */
function isOf(
  { settings }: Needs,
  { tenant_id }: Pick<Principal, "tenant_id">,
  letter: DeadLetter,
): boolean {
  return (tenantOf(letter) ?? settings.auth.tenantIds[0]) === tenant_id;
}
