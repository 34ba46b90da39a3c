/** Dead letters in plain words: what each is about, why it died, what a replay does. */
import { z } from "zod";

import type { DeadLetter, DeadLetterView } from "../schemas/deadLetters.ts";
import { JsonObject } from "../schemas/json.ts";
import { type OutgoingMessage, QueueName } from "../schemas/messages.ts";
import { foreignCursor } from "./errors.ts";
import { messageId } from "./messageId.ts";

/** What each queue's messages do, and so what a replay does. */
const WORK: Readonly<Record<QueueName, string>> = {
  investigations: "continue an investigation",
  notifications: "tell people and webhooks of an event",
  deliveries: "make one attempt of a delivery",
  audit: "append an entry to the audit trail",
  enrichments: "read an incident's alerts and entities again",
  graph: "teach the knowledge graph from a finished session",
  schedules: "start or settle a run of a schedule",
  reports: "write a report to its incident in Sentinel",
};

/** Fields that identify what a message is about. Everything else may be content and is not shown. */
const SHOWN_FIELDS = [
  "event",
  "subject_id",
  "session_id",
  "incident_key",
  "schedule_id",
  "run_id",
  "delivery_id",
  "action",
  "id",
] as const;
/** What the worker's retries add to a body; a replay begins without it. */
const RETRY_FIELDS = new Set(["attempt", "last_failure"]);
const SEPARATOR = "~";

/** The tenant that a letter is of; `undefined` when its body does not say. */
export function tenantOf({ body }: Pick<DeadLetter, "body">): string | undefined {
  const parsed = JsonObject.safeParse(body);
  const tenant = parsed.success ? parsed.data["tenant_id"] : undefined;
  return typeof tenant === "string" ? tenant : undefined;
}

export function deadLetterView(queue: QueueName, letter: DeadLetter): DeadLetterView {
  const parsed = JsonObject.safeParse(letter.body);
  const body = parsed.success ? parsed.data : {};
  const failure = body["last_failure"];
  const last_failure = typeof failure === "string" ? failure : null;
  const subject = SHOWN_FIELDS.flatMap((field) => {
    const value = body[field];
    return typeof value === "string" ? [[field, value] as const] : [];
  });
  return {
    id: [queue, letter.key].join(SEPARATOR),
    queue,
    message_id: letter.id,
    reason: letter.reason,
    explanation: explanation(queue, letter, last_failure),
    last_failure,
    delivery_count: letter.deliveryCount,
    dead_at: letter.deadAt.toISOString(),
    subject: Object.fromEntries(subject),
  };
}

function explanation(queue: QueueName, { reason }: DeadLetter, failure: string | null): string {
  const work = `This message was to ${WORK[queue]}.`;
  const again = "Replaying it does that once more; dropping it leaves it undone for good.";
  if (failure !== null && failure !== "unexpected") {
    return `${work} It failed each time over about 45 minutes, at last with ${failure}. Replay it when that is mended. ${again}`;
  }
  if (failure === "unexpected") {
    return `${work} It failed each time over about 45 minutes with an error that the program did not expect: the log line function.failed has it. ${again}`;
  }
  if (reason === "TTLExpiredException") {
    return `${work} Nobody took it within its seven days. ${again}`;
  }
  return `${work} It could not be handled at all: it does not fit what this version expects, or the worker stopped each time. ${again}`;
}

/** The queue and the key in it that a letter's id names; `undefined` when it names none. */
export function placeOf(id: string): { queue: QueueName; key: string } | undefined {
  const at = id.indexOf(SEPARATOR);
  const queue = QueueName.safeParse(id.slice(0, at));
  return queue.success && at > 0 ? { queue: queue.data, key: id.slice(at + 1) } : undefined;
}

/** How far each queue was looked through. */
const Places = z
  .partialRecord(QueueName, z.string().max(40))
  .refine((places) => Object.keys(places).length > 0);
type Places = z.infer<typeof Places>;

export const placesAfter = (places: Places): string =>
  Buffer.from(JSON.stringify(places)).toString("base64url");

/** @throws AppError `invalid-fields` for a cursor that {@link placesAfter} did not make. */
export function readPlaces(cursor: string | undefined): Places {
  if (cursor === undefined) return {};
  try {
    return Places.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
  } catch (cause) {
    throw foreignCursor(cause);
  }
}

/** The message that takes a letter's place: with all its tries, under an id that no broker has seen. */
export function replayOf(letter: DeadLetter, at: Date): OutgoingMessage {
  const parsed = JsonObject.safeParse(letter.body);
  const body = parsed.success
    ? Object.fromEntries(Object.entries(parsed.data).filter(([name]) => !RETRY_FIELDS.has(name)))
    : letter.body;
  const id = messageId(
    "replay",
    tenantOf(letter) ?? "",
    letter.id,
    letter.key,
    String(at.getTime()),
  );
  return { id, body };
}
