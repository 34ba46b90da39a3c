/**
 * QueryBudget on the document store: one small document a workspace, changed under its etag, so that all instances keep
 * one set of books. A place belongs to its holder's id: who was overtaken frees nobody else's.
 */
import { randomInt, randomUUID } from "node:crypto";

import { AppError } from "../domain/errors.ts";
import { ask, EMPTY_BOOKS, released, renewed, SLOT_MS } from "../domain/queryBudget.ts";
import type { DocumentStore } from "../ports/documentStore.ts";
import { pause } from "../ports/patience.ts";
import type { QueryBudget } from "../ports/queryBudget.ts";
import { asDocument } from "../schemas/json.ts";
import { QueryBudgetRecord } from "../schemas/queryBudget.ts";

interface Options {
  documents: DocumentStore;
  /** Milliseconds of the service's own time, which on Azure is real time, whatever the product's clock shows. */
  now?: () => number;
  wait?: (ms: number) => Promise<void>;
}

type Books = Parameters<typeof ask>[0];

const CONTAINER = "control";
/** As long as the service lets a query wait. */
const WAIT_MAX_MS = 180_000;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 500;
/** Losing so often in a row to other instances means that something is wrong. */
const RACES_MAX = 50;
const KEPT_SECONDS = 3600;

export function createQueryBudget({
  documents,
  now = Date.now,
  wait = pause,
}: Options): QueryBudget {
  /** Changes the books; `undefined` leaves them as they are. */
  const change = async (
    workspaceId: string,
    decide: (books: Books) => Books | undefined,
  ): Promise<void> => {
    const id = `query-budget:${workspaceId}`;
    for (let race = 0; race < RACES_MAX; race += 1) {
      const stored = await documents.read(CONTAINER, [id], id);
      const books = decide(
        stored === undefined ? EMPTY_BOOKS : QueryBudgetRecord.parse(stored.doc),
      );
      if (books === undefined) return;
      const doc = asDocument({ ...books, type: "query-budget", id });
      const write = stored
        ? ({ kind: "replace", doc, etag: stored.etag, ttlSeconds: KEPT_SECONDS } as const)
        : ({ kind: "create", doc, ttlSeconds: KEPT_SECONDS } as const);
      if ((await documents.batch(CONTAINER, [id], [write])) === "done") return;
      // Who loses together must not come back together.
      await wait(randomInt(1, FIRST_WAIT_MS));
    }
    throw new AppError("store-unavailable", "The query budget changes faster than it can be read.");
  };

  const obtain = async (workspaceId: string, isSync: boolean, holder: string): Promise<void> => {
    const until = now() + WAIT_MAX_MS;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      let isGranted = false;
      await change(workspaceId, (books) => {
        const answer = ask(books, { holder, isSync }, now());
        isGranted = answer.granted;
        return answer.books;
      });
      if (isGranted) return;
      if (now() >= until) {
        const detail = "The workspace has been busy with our other queries for three minutes.";
        throw new AppError("siem-unavailable", detail, { retryAfterSeconds: 30 });
      }
      await wait(randomInt(waitMs / 2, waitMs));
    }
  };

  return {
    take: async (workspaceId, isSync) => {
      const holder = randomUUID();
      await obtain(workspaceId, isSync, holder);
      const heartbeat = setInterval(() => {
        // A beat that fails is made up for by the next: a place outlives three of them.
        change(workspaceId, (books) => renewed(books, holder, now())).catch(() => {});
      }, SLOT_MS / 3);
      heartbeat.unref();
      return {
        release: async () => {
          clearInterval(heartbeat);
          // A place that cannot be given back is free by itself soon; the query's answer must not be lost for it.
          await change(workspaceId, (books) => released(books, holder)).catch(() => {});
        },
      };
    },
  };
}
