/** Severity, lower case everywhere in the API. Sentinel has no critical; analysts may set it locally. */
import { z } from "zod";

export const Severity = z.enum(["informational", "low", "medium", "high", "critical"]);
export type Severity = z.infer<typeof Severity>;
