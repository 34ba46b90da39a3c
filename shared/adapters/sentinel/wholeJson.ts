/** Reads JSON of the services, whose texts may hold half of a surrogate pair: no store and no other reader takes that. */
import type { Json } from "../../schemas/json.ts";

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/** Only such an escape can make one; text that has none is worth the quick way of reading. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

/**
 * The value of a JSON text; half of a surrogate pair is U+FFFD in it, the character for what cannot be shown.
 * @throws SyntaxError when it is no JSON.
 */
export function parseWhole(text: string, reviver?: Reviver): Json {
  if (!SURROGATE_ESCAPE.test(text)) return JSON.parse(text, reviver);
  return JSON.parse(text, (key, value: unknown, context?: { source?: string }) =>
    typeof value === "string"
      ? value.replace(/\p{Cs}/gu, "\ufffd")
      : reviver === undefined
        ? value
        : reviver(key, value, context),
  );
}
