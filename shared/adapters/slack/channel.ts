/** Slack: an incoming webhook's `{text, blocks}`. */
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

/** Slack takes 50 blocks; a digest of more says how many it leaves out. */
const EVENTS_MAX = 20;
/** Longest text of a section's field. */
const FIELD_MAX = 2_000;

export function createSlackChannel({ http, clock }: Needs): SendTo {
  return async (url, outgoing) => {
    const body = JSON.stringify(slackMessage(outgoing));
    const reply = await http.post({ url, body, headers: { "content-type": "application/json" } });
    return sentOver(reply, requestHash(body), clock.now());
  };
}

function slackMessage({ events }: Outgoing) {
  const texts = events.map(eventText);
  const [first] = texts;
  const title = texts.length === 1 && first !== undefined ? first.title : digestTitle(texts.length);
  const shown = texts.slice(0, EVENTS_MAX);
  return {
    text: escaped(title),
    blocks: [
      ...(texts.length > 1 ? [section(`*${escaped(title)}*`)] : []),
      ...shown.flatMap(blocksOf),
      ...(texts.length > shown.length
        ? [section(`and ${texts.length - shown.length} more in SoCMate`)]
        : []),
    ],
  };
}

/** Text of attackers stands in plain text, or escaped: it can neither call a channel nor make a link. */
function blocksOf({ title, facts, url, link }: EventText) {
  const fields = facts.map(({ name, value }) => ({
    type: "plain_text",
    text: shortened(`${name}: ${value}`, FIELD_MAX),
    emoji: false,
  }));
  return [
    {
      type: "section",
      text: { type: "plain_text", text: title, emoji: false },
      ...(fields.length > 0 && { fields }),
    },
    section(`<${escapedUrl(url)}|${link}>`),
  ];
}

const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const escapedUrl = (url: string): string => escaped(url).replaceAll("|", "%7C");
