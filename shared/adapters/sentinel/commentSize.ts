/** Keeps the comments of an incident within what a document may hold: Sentinel allows a hundred of 30,000 characters. */
import { shortened } from "../../domain/shortened.ts";
import type { Json } from "../../schemas/json.ts";
import { isObject, listOf } from "./jsonColumns.ts";

/** Half of what a document may weigh. */
const COMMENTS_BYTES_MAX = 1_000_000;
/** No text of fewer characters can weigh so much: a character has at most six bytes, escaped. */
const SURELY_SMALL = COMMENTS_BYTES_MAX / 6;
const SHORT = 500;

/**
 * The newest comments whole, as many as fit; the older ones by their beginning, which says that the rest is in Sentinel.
 * An incident that came without its comments is of more use than none.
 * @param comments the column, parsed; what is no list stays as it is.
 */
export function keptComments(comments: Json): Json {
  const list = listOf(comments);
  const characters = list.reduce<number>((sum, one) => sum + textOf(one).length, 0);
  if (characters < SURELY_SMALL) return comments;
  const newestFirst = list
    .map((comment, index) => ({ comment, index }))
    .toSorted((a, b) => timeOf(b.comment).localeCompare(timeOf(a.comment)) || b.index - a.index);
  const kept = new Map<number, Json>();
  let bytes = 0;
  for (const { comment, index } of newestFirst) {
    bytes += Buffer.byteLength(JSON.stringify(comment));
    kept.set(index, bytes > COMMENTS_BYTES_MAX ? beginningOf(comment) : comment);
  }
  return list.map((comment, index) => kept.get(index) ?? comment);
}

function beginningOf(comment: Json): Json {
  const text = textOf(comment);
  if (!isObject(comment) || text.length <= SHORT) return comment;
  return {
    ...comment,
    message: `${shortened(text, SHORT)} (${text.length} characters; the rest is in Sentinel)`,
  };
}

const textOf = (comment: Json): string =>
  isObject(comment) && typeof comment["message"] === "string" ? comment["message"] : "";

const timeOf = (comment: Json): string =>
  isObject(comment) && typeof comment["createdTimeUtc"] === "string"
    ? comment["createdTimeUtc"]
    : "";
