/** Callers' recent requests: container `control`, a document for each, changed under its etag, gone soon after. */
import { AppError } from "../domain/errors.ts";
import { EMPTY_WINDOW } from "../domain/rateLimits.ts";
import type { DocumentStore, Write } from "../ports/documentStore.ts";
import { asDeepDocument } from "../schemas/json.ts";
import { RateWindow } from "../schemas/rateLimits.ts";

const CONTAINER = "control";
const KEPT_SECONDS = 180;
/** More losses in a row than instances can cause. */
const RACES_MAX = 30;

/** Changes the caller's window by what `decide` makes of it, again when another instance was faster. */
export async function changeWindow<Result>(
  documents: DocumentStore,
  callerId: string,
  decide: (window: RateWindow) => { window: RateWindow; result: Result },
): Promise<Result> {
  const id = `rate:${callerId}`;
  for (let race = 0; race < RACES_MAX; race += 1) {
    const stored = await documents.read(CONTAINER, [id], id);
    const { window, result } = decide(
      stored === undefined ? EMPTY_WINDOW : RateWindow.parse(stored.doc),
    );
    const doc = asDeepDocument({ ...window, id, type: "rate" });
    const ttlSeconds = KEPT_SECONDS;
    const write: Write =
      stored === undefined
        ? { kind: "create", doc, ttlSeconds }
        : { kind: "replace", doc, etag: stored.etag, ttlSeconds };
    if ((await documents.batch(CONTAINER, [id], [write])) === "done") return result;
  }
  throw new AppError("store-unavailable", "The rate limit changes faster than it can be read.");
}
