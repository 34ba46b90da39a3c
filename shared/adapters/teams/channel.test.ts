/** Teams' card: what it shows, and what text of attackers cannot do in it. */
import { afterEach, beforeEach, expect, test } from "vitest";

import { anEvent, outgoing, postingChannelContract } from "../../testing/channel.contract.ts";
import { ManualClock } from "../../testing/deps.ts";
import { type LoopbackReceiver, startReceiver } from "../../testing/loopbackReceiver.ts";
import { createOutboundHttp } from "../outboundHttp/outboundHttp.ts";
import { createTeamsChannel } from "./channel.ts";

postingChannelContract("teams", createTeamsChannel);

let receiver: LoopbackReceiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => receiver.close());

async function posted(...events: Parameters<typeof outgoing>): Promise<string> {
  const http = createOutboundHttp({ allowLoopback: true });
  await createTeamsChannel({ http, clock: new ManualClock() })(receiver.url, outgoing(...events));
  return receiver.posts[0]?.body ?? "";
}

test("an incident is an Adaptive Card 1.4 with its facts and a button", async () => {
  expect(JSON.parse(await posted())).toMatchObject({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            { inlines: [{ text: "#12345 Password spray against many accounts" }] },
            { inlines: [{ text: "Severity: " }, { text: "High" }] },
            { inlines: [{ text: "Status: " }, { text: "New" }] },
            { inlines: [{ text: "Provider: " }, { text: "Production Sentinel" }] },
          ],
          actions: [{ type: "Action.OpenUrl", url: "https://socmate.example/incidents/12345" }],
        },
      },
    ],
  });
});

// A TextBlock would show [Sign in](https://evil.example) of a title as a link under our name.
test("no element reads Markdown", async () => {
  const body = await posted(anEvent({ title: "[Sign in](https://evil.example) **now**" }));
  expect(body).toContain("[Sign in](https://evil.example) **now**");
  expect(body).not.toMatch(/"(?:TextBlock|FactSet)"/);
});

test("a digest of long summaries stays under what Teams takes", async () => {
  const events = Array.from({ length: 40 }, (_, i) =>
    anEvent({ incident_number: i, title: "t".repeat(500), provider: "p".repeat(5000) }),
  );
  const body = await posted(...events);
  expect(body).toContain("and 30 more in SoCMate");
  expect(Buffer.byteLength(body)).toBeLessThan(28_000);
});
