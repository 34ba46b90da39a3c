/** Slack's message: what it shows, and what text of attackers cannot do in it. */
import { afterEach, beforeEach, expect, test } from "vitest";

import { anEvent, outgoing, postingChannelContract } from "../../testing/channel.contract.ts";
import { ManualClock } from "../../testing/deps.ts";
import { type LoopbackReceiver, startReceiver } from "../../testing/loopbackReceiver.ts";
import { createOutboundHttp } from "../outboundHttp/outboundHttp.ts";
import { createSlackChannel } from "./channel.ts";

postingChannelContract("slack", createSlackChannel);

let receiver: LoopbackReceiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => receiver.close());

async function posted(...events: Parameters<typeof outgoing>): Promise<unknown> {
  const http = createOutboundHttp({ allowLoopback: true });
  await createSlackChannel({ http, clock: new ManualClock() })(receiver.url, outgoing(...events));
  return JSON.parse(receiver.posts[0]?.body ?? "");
}

test("an incident shows its title, its facts and a link", async () => {
  expect(await posted()).toMatchObject({
    text: "#12345 Password spray against many accounts",
    blocks: [
      {
        text: { type: "plain_text", text: "#12345 Password spray against many accounts" },
        fields: [{ text: "Severity: High" }, { text: "Status: New" }, expect.anything()],
      },
      { text: { text: "<https://socmate.example/incidents/12345|Open the incident>" } },
    ],
  });
});

// A title with <!channel> would ring everybody, one with <url|text> would be a link under our name.
test("an attacker's title calls nobody and makes no link", async () => {
  const title = "<!channel> <https://evil.example|Open> &amp;";
  const message = JSON.stringify(await posted(anEvent({ title })));
  expect(message).toContain("&lt;!channel&gt; &lt;https://evil.example|Open&gt; &amp;amp;");
  expect(message).not.toMatch(/"mrkdwn","text":"[^"]*evil/);
});

test("a digest lists its events and says how many it leaves out", async () => {
  const events = Array.from({ length: 23 }, (_, i) => anEvent({ incident_number: i }));
  const message = JSON.stringify(await posted(...events));
  expect(message).toContain("23 notifications from SoCMate");
  expect(message).toContain("and 3 more in SoCMate");
  expect(message.match(/"type":"section"/g)?.length).toBeLessThanOrEqual(50);
});
