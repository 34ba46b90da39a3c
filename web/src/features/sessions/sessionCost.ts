/** What a session cost, in words. */
import type { SessionView } from "../../../../shared/schemas/sessions.ts";

/** Never a false zero: an unknown cost is called unknown. */
export function costWords({
  usd,
  usd_kind: kind,
  model_tokens: modelTokens,
}: SessionView["cost"]): string {
  if (modelTokens === 0 && usd === 0) return "no model cost";
  if (usd === null || kind === "unknown") return "cost unknown";
  return `$${usd.toFixed(3)} (${kind})`;
}
