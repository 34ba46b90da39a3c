/** Work on many things that leaves room for other work. */

/**
 * Runs `work` on each item, at most `limit` at a time; items that come as they are read are read no further than they are
 * needed. The first failure stops the start of further ones and is thrown.
 */
export async function forEachBounded<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = oneByOne(items);
  let failed = false;
  const lane = async (): Promise<void> => {
    for await (const item of rest) {
      if (failed) return;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: limit }, lane));
  for (const outcome of lanes) if (outcome.status === "rejected") throw outcome.reason;
}

/** Several may ask at once: each gets another item. One that leaves early closes it for all. */
async function* oneByOne<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  yield* items;
}

/** Lets everything else that waits have a turn: an embedded store answers at once and would hold the process otherwise. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
