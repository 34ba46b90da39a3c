/** Rate limits on the wire: draft-ietf-httpapi-ratelimit-headers, and 429 with Retry-After. */
import { AppError } from "../../shared/domain/errors.ts";
import type { Deps } from "../../shared/ports/deps.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import type { RateAnswer } from "../../shared/schemas/rateLimits.ts";

/** What the kit asks of the product about a caller's requests. */
export interface RateGuard {
  limitRate(deps: Deps, principal: Principal): Promise<RateAnswer>;
}

const POLICY: Readonly<Record<Principal["kind"], string>> = {
  user: "user",
  application: "application",
  api_key: "key",
};

/** Headers of the answer, refusals included. */
export const rateHeaders = (
  { kind }: Principal,
  { limit, remaining, seconds }: RateAnswer,
): Record<string, string> => ({
  "ratelimit-policy": `"${POLICY[kind]}";q=${limit};w=60`,
  ratelimit: `"${POLICY[kind]}";r=${remaining};t=${seconds}`,
});

/** @throws AppError `rate-limited` with the time after which the same request is granted. */
export function refuseTooMany({ isGranted, limit, seconds }: RateAnswer): void {
  if (isGranted) return;
  const detail = `More than ${limit} requests in a minute; try again in ${seconds} s.`;
  throw new AppError("rate-limited", detail, { retryAfterSeconds: seconds });
}
