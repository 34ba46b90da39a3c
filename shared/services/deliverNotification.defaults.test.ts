/** Who is mailed by what administrators set for those who have saved nothing. */
import { beforeEach, expect, test } from "vitest";

import type { SaveDefaultsBody } from "../schemas/notificationPreferences.ts";
import type { Principal } from "../schemas/principal.ts";
import { aPrincipal } from "../testing/fixtures.ts";
import { deliverDue, deliveryLog, notifiableDeps, tell } from "../testing/notifications.ts";
import { recordSignIn } from "./recordSignIn.ts";
import { saveNotificationDefaults } from "./saveNotificationDefaults.ts";
import { savePreferences } from "./savePreferences.ts";
import { sendDigests } from "./sendDigests.ts";
import { testPreferences } from "./testPreferences.ts";

const NO_MAIL = { channels: { email: false } };
let deps: ReturnType<typeof notifiableDeps>;
beforeEach(() => {
  deps = notifiableDeps();
});

const mailed = () => deps.channels.sent.map(({ to }) => to).toSorted();
const defaults = (body: SaveDefaultsBody, tenant_id = "contoso") =>
  saveNotificationDefaults(deps, { ...aPrincipal("admin"), tenant_id }, body, undefined);
const aPerson = (name: string, over: Partial<Principal> = {}): Principal => ({
  ...aPrincipal("viewer"),
  id: name,
  name,
  email: `${name}@contoso.example`,
  ...over,
});
const seen = (...names: string[]) =>
  Promise.all(names.map((name) => recordSignIn(deps, aPerson(name))));

// An administrator who turns mail on for everybody would else reach nobody who never opened the settings.
test("everybody who was seen at sign-in is mailed, until they save their own", async () => {
  await seen("bob", "cho");
  await tell(deps, { number: 1 });
  await deliverDue(deps);
  expect(mailed()).toEqual([]);
  await defaults({ channels: { email: true }, min_severity: "high" });
  await tell(deps, { number: 2, severity: "medium" });
  await tell(deps, { number: 3, severity: "high" });
  await deliverDue(deps);
  expect(mailed()).toEqual(["bob@contoso.example", "cho@contoso.example"]);
  await savePreferences(deps, aPerson("bob"), NO_MAIL, undefined);
  await tell(deps, { number: 4, severity: "high" });
  await deliverDue(deps);
  expect(mailed().filter((to) => to.startsWith("bob"))).toHaveLength(1);
  expect(mailed().filter((to) => to.startsWith("cho"))).toHaveLength(2);
});

test("their own choice holds for what waits to be sent", async () => {
  await seen("bob");
  await defaults({ channels: { email: true } });
  await tell(deps);
  await savePreferences(deps, aPerson("bob"), NO_MAIL, undefined);
  await deliverDue(deps);
  expect(mailed()).toEqual([]);
  expect((await deliveryLog(deps))[0]).toMatchObject({ status: "cancelled" });
});

test("quiet hours and digests of the defaults hold their mail", async () => {
  await seen("bob");
  await defaults({ channels: { email: true }, digest: "hourly" });
  await tell(deps, { number: 1 });
  await tell(deps, { number: 2 });
  expect(await deliverDue(deps)).toBe(0);
  deps.clock.advance(3_600_000);
  await sendDigests(deps);
  await deliverDue(deps);
  expect(deps.channels.sent.map(({ outgoing }) => outgoing.events.length)).toEqual([2]);
});

test("nobody of another tenant, without an address, without a role or unseen for 90 days is mailed", async () => {
  await recordSignIn(deps, aPerson("eve", { tenant_id: "fabrikam" }));
  await defaults({ channels: { email: true } }, "fabrikam");
  await seen("left");
  deps.clock.advance(91 * 86_400_000);
  await recordSignIn(deps, aPerson("unreachable", { email: undefined }));
  await recordSignIn(deps, aPerson("fired", { roles: [] }));
  await defaults({ channels: { email: true, slack: true, teams: true } });
  await tell(deps);
  await deliverDue(deps);
  expect(await deliveryLog(deps)).toEqual([]);
  await seen("left");
  await tell(deps, { number: 2 });
  await deliverDue(deps);
  expect(mailed()).toEqual(["left@contoso.example"]);
});

test("without a mail server nothing is recorded that could never go out", async () => {
  await seen("bob");
  await defaults({ channels: { email: true } });
  deps.channels.hasEmail = false;
  await tell(deps);
  expect(await deliveryLog(deps)).toEqual([]);
});

test("a test goes where their events would go", async () => {
  await seen("bob");
  await defaults({ channels: { email: true } });
  const { results } = await testPreferences(deps, aPerson("bob"));
  expect(results.map(({ channel }) => channel)).toEqual(["in_app", "email"]);
  expect(mailed()).toEqual(["bob@contoso.example"]);
});
