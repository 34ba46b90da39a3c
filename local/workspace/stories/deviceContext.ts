/** What surrounds every case on a host: the same tables for every truth, so that none of them tells. */
import { indicatorRows } from "../rows/activityRows.ts";
import type { LogRow } from "../rows/row.ts";
import { deviceInfoRow } from "../rows/sensorRows.ts";
import { behaviorRow } from "../rows/identityRows.ts";
import { ordinaryRows } from "./ordinary.ts";
import type { OnHost } from "./sceneLog.ts";
import type { StoryContext, Truth } from "./story.ts";

/** How often a feed knows the indicator: often when it is true, and sometimes when it is not. */
const LISTED: Readonly<Record<Truth, number>> = {
  true_positive: 0.5,
  benign_positive: 0.2,
  false_positive: 0.2,
};
const DAY = 86_400_000;

/** The owner's logon, the inventory, behaviour analytics, an ordinary day. */
export function deviceContext({ company, random, truth }: StoryContext, on: OnHost): LogRow[] {
  const visit = { at: on.at(20), user: on.user, ip: company.officeIp, place: company.office };
  const priority = random.int(1, truth === "true_positive" ? 8 : 6);
  return [
    on.logsOn(1, { type: "Interactive" }),
    deviceInfoRow(company, random, { at: on.at(0), user: on.user, host: on.host }),
    behaviorRow(company, random, { ...visit, kind: "", level: "" }, priority),
    ...ordinaryRows({ company, random }, on.user, on.startedAt),
  ];
}

/** A feed's entries about what the case names; none most of the time. */
export function listed(
  { company, random, truth }: StoryContext,
  on: OnHost,
  kind: "ip" | "hash" | "domain",
  value: string,
): LogRow[] {
  if (!random.chance(LISTED[truth])) return [];
  return indicatorRows(company, random, {
    at: on.startedAt - 2 * DAY,
    kind,
    value,
    threat: kind === "hash" ? "Malware" : "C2",
    confidence: random.int(40, 90),
  });
}
