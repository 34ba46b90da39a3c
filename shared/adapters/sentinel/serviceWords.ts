/** The error bodies of the Log Analytics API. */
import { z } from "zod";

/** The inner errors go from general to specific. */
interface ServiceError {
  code?: string | undefined;
  message?: string | undefined;
  innererror?: ServiceError | undefined;
}
const ServiceError: z.ZodType<ServiceError> = z.looseObject({
  code: z.string().optional(),
  message: z.string().optional(),
  get innererror() {
    return ServiceError.optional();
  },
});
const ServiceBody = z.looseObject({ error: ServiceError });

const DEPTH_MAX = 5;

/** The most specific message of an error body, e.g. which column could not be resolved; undefined when it has none. */
export function lastWords(body: unknown): string | undefined {
  let at: ServiceError | undefined = ServiceBody.safeParse(body).data?.error;
  let words: string | undefined;
  for (let depth = 0; at !== undefined && depth < DEPTH_MAX; depth += 1) {
    words = at.message ?? words;
    at = at.innererror;
  }
  return words;
}

/** The same of a body that is text. */
export function lastWordsIn(text: string): string | undefined {
  try {
    return lastWords(JSON.parse(text));
  } catch {
    return undefined;
  }
}
