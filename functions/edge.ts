/** What the kit asks of the product around every request; the kit itself knows no records. */
import { sourceOf } from "../shared/domain/apiKeys.ts";
import { authenticateApiKey } from "../shared/services/authenticateApiKey.ts";
import { limitRate } from "../shared/services/limitRate.ts";
import { recordKeyUse } from "../shared/services/recordKeyUse.ts";
import { recordSignIn } from "../shared/services/recordSignIn.ts";
import { recordTimerRun } from "../shared/services/recordTimerRun.ts";
import { runOnce } from "../shared/services/runOnce.ts";
import type { Edge } from "./kit/edge.ts";

export const edge: Edge = {
  principalOf: authenticateApiKey,
  sourceOf,
  saveUse: recordKeyUse,
  runOnce,
  limitRate,
  recordSignIn,
  recordTimerRun,
};
