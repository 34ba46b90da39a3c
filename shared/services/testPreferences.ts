/** Sends a person a test over each channel that is on, at once. */
import { AppError } from "../domain/errors.ts";
import { testEvent } from "../domain/notifications.ts";
import { openPerson } from "../domain/targets.ts";
import type { Deps } from "../ports/deps.ts";
import * as preferences from "../repositories/notificationPreferences.ts";
import {
  type PreferencesRecord,
  type PreferencesTestReply,
  SentChannel,
} from "../schemas/notificationPreferences.ts";
import type { Principal } from "../schemas/principal.ts";

type Needs = Pick<Deps, "channels" | "clock" | "documents" | "ids" | "keys" | "log" | "settings">;
type Result = PreferencesTestReply["results"][number];

const IN_APP: Result = {
  channel: "in_app",
  status: "delivered",
  detail: "The bell of the page shows your events.",
  latency_ms: 0,
};

/**
 * Quiet hours and digests do not hold a test. Never fails for what a receiver does.
 * @throws AppError `forbidden` for who is no person.
 */
export async function testPreferences(
  deps: Needs,
  principal: Principal,
): Promise<PreferencesTestReply> {
  const { tenant_id, id } = principal;
  if (principal.kind !== "user") {
    throw new AppError("forbidden", "Only people have notification preferences.");
  }
  const person = await preferences.holdingFor(deps, tenant_id, id);
  if (person === undefined) return { results: [IN_APP] };
  const { channels: on } = person.preferences;
  const sent = await Promise.all(
    SentChannel.options
      .filter((channel) => on[channel])
      .map((channel) => sendOne(deps, person, channel)),
  );
  return { results: [...(on.in_app ? [IN_APP] : []), ...sent] };
}

async function sendOne(
  deps: Needs,
  person: PreferencesRecord,
  channel: SentChannel,
): Promise<Result> {
  const { clock, ids, settings } = deps;
  const { tenant_id, user_id } = person;
  const event = testEvent(ids.next("evt"), tenant_id, clock.now(), settings.webOrigin);
  const target = await openPerson(person, channel, deps.keys);
  if (target === undefined) {
    return { channel, status: "failed", detail: "There is no address for it.", latency_ms: 0 };
  }
  const sent = await deps.channels.send(target, { id: event.id, events: [event] });
  const { outcome, detail, latency_ms } = sent;
  deps.log.info("preferences.tested", { tenant_id, user_id, channel, outcome });
  const status = outcome === "delivered" ? "delivered" : "failed";
  return { channel, status, detail, latency_ms };
}
