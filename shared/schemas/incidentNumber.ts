/** Sentinel's incident number where people send it: one limit, told once and in one way. */
import { z } from "zod";

import { INCIDENT_NUMBER_MAX } from "./incidentNumberMax.ts";

export const IncidentNumber = z
  .number()
  .max(INCIDENT_NUMBER_MAX, { abort: true })
  .int()
  .nonnegative();

/** In an address. */
export const IncidentNumberText = z.coerce
  .number()
  .max(INCIDENT_NUMBER_MAX, { abort: true })
  .int()
  .nonnegative();
