/** Reading more than one page: a list that callers leaf through by cursor, and everything that a query finds. */
import { AppError, foreignCursor } from "../domain/errors.ts";
import type { ContainerName } from "../ports/containers.ts";
import type { DocumentStore, Page, Query, Stored } from "../ports/documentStore.ts";

/** @throws AppError `invalid-fields` that points at `/query/cursor` when it is of another list. */
export async function queryPage(
  documents: DocumentStore,
  container: ContainerName,
  query: Omit<Query, "cursor">,
  cursor: string | undefined,
): Promise<Page> {
  try {
    return await documents.query(container, { ...query, ...(cursor !== undefined && { cursor }) });
  } catch (cause) {
    const isForeign = cause instanceof AppError && cause.code === "invalid-fields";
    if (cursor === undefined || !isForeign) throw cause;
    throw foreignCursor(cause);
  }
}

/** Everything that a query finds, in its order. @param query whose `limit` is how many are read at once. */
export async function* queryAll(
  documents: DocumentStore,
  container: ContainerName,
  query: Omit<Query, "cursor" | "offset">,
): AsyncIterable<Stored> {
  let cursor: string | undefined;
  do {
    const page = await documents.query(container, {
      ...query,
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.items;
    ({ cursor } = page);
  } while (cursor !== undefined);
}
