/** How many requests a caller sent lately: one set of books for all instances. */
import { z } from "zod";

/** Admitted requests of one span of five seconds; `span` counts them from 1970. */
const Span = z.object({ span: z.int(), count: z.int().positive() });

/** Document of container control; it goes a while after the last request. */
export const RateWindow = z.object({
  /** Oldest first. */
  spans: z.array(Span),
  /** When callers were told to come back, in milliseconds since 1970, oldest first: what was promised is kept. */
  promises: z.array(z.number()),
});
export type RateWindow = z.infer<typeof RateWindow>;

/** What a caller is told of its limit. */
export interface RateAnswer {
  isGranted: boolean;
  limit: number;
  /** Requests that would be granted now. */
  remaining: number;
  /** Until the oldest requests that count stop counting; with a refusal, until the caller should come back. */
  seconds: number;
}
