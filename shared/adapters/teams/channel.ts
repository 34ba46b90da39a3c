/** Teams: an Adaptive Card 1.4 to a Workflows webhook. */
import { type Outgoing, requestHash, sentOver } from "../../domain/attempts.ts";
import { digestTitle, type EventText, eventText } from "../../domain/notificationTexts.ts";
import { shortened } from "../../domain/shortened.ts";
import type { SendTo } from "../../ports/channels.ts";
import type { Clock } from "../../ports/clock.ts";
import type { OutboundHttp } from "../../ports/outboundHttp.ts";

interface Needs {
  http: OutboundHttp;
  clock: Clock;
}

/** Teams refuses messages above 28 kB; a digest of more events says how many it leaves out. */
const EVENTS_MAX = 10;
const DIGEST_VALUE_MAX = 300;

export function createTeamsChannel({ http, clock }: Needs): SendTo {
  return async (url, outgoing) => {
    const body = JSON.stringify(teamsMessage(outgoing));
    const reply = await http.post({ url, body, headers: { "content-type": "application/json" } });
    return sentOver(reply, requestHash(body), clock.now());
  };
}

function teamsMessage({ events }: Outgoing) {
  const texts = events.map(eventText);
  const [first] = texts;
  const isDigest = texts.length > 1;
  const shown = texts.slice(0, EVENTS_MAX);
  const left = texts.length - shown.length;
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      ...(isDigest ? [line(digestTitle(texts.length), "Large")] : []),
      ...shown.flatMap((text) => elementsOf(text, isDigest)),
      ...(left > 0 ? [line(`and ${left} more in SoCMate`, "Default")] : []),
    ],
    ...(!isDigest &&
      first !== undefined && {
        actions: [{ type: "Action.OpenUrl", title: first.link, url: first.url }],
      }),
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content: card }] };
}

function elementsOf({ title, facts, url, link }: EventText, isDigest: boolean) {
  return [
    line(title, isDigest ? "Default" : "Large"),
    ...facts.map(({ name, value }) => ({
      type: "RichTextBlock",
      inlines: [
        { type: "TextRun", text: `${name}: `, weight: "Bolder" },
        { type: "TextRun", text: isDigest ? shortened(value, DIGEST_VALUE_MAX) : value },
      ],
    })),
    ...(isDigest
      ? [{ type: "ActionSet", actions: [{ type: "Action.OpenUrl", title: link, url }] }]
      : []),
  ];
}

/** Runs of rich text know no Markdown: what an attacker writes stays text, where a TextBlock would make it a link. */
const line = (text: string, size: "Large" | "Default") => ({
  type: "RichTextBlock",
  inlines: [{ type: "TextRun", text, size, weight: "Bolder" }],
});
