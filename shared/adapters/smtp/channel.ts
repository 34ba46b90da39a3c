/** Mail over SMTP by nodemailer. */
import nodemailer from "nodemailer";
import { z } from "zod";

import { type Outgoing, requestHash, type Sent } from "../../domain/attempts.ts";
import { digestTitle, eventText } from "../../domain/notificationTexts.ts";
import type { SendTo } from "../../ports/channels.ts";
import { atMost } from "../../ports/patience.ts";

export interface SmtpOptions {
  /** `smtp://user:password@host:587` (STARTTLS is demanded) or `smtps://…:465`. */
  url: string;
  /** Sender, e.g. `SoCMate <soc@contoso.example>`. */
  from: string;
  /** For the whole exchange; 15 s unless told. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/** What nodemailer says of a failure. */
const Failure = z.looseObject({
  code: z.string().optional(),
  responseCode: z.number().optional(),
  command: z.string().optional(),
});

export function createSmtpChannel(options: SmtpOptions): SendTo {
  const { url, from, timeoutMs = TIMEOUT_MS } = options;
  const { protocol, hostname, host, port, username, password } = new URL(url);
  const isTls = protocol === "smtps:";
  const transport = nodemailer.createTransport({
    host: hostname.replaceAll(/^\[|\]$/g, ""),
    port: port === "" ? (isTls ? 465 : 587) : Number(port),
    secure: isTls,
    // Passwords and incidents do not travel in the clear; only a mail server of this machine may be without TLS.
    requireTLS: !isTls && !LOOPBACK.test(hostname),
    ignoreTLS: !isTls && LOOPBACK.test(hostname),
    ...(username !== "" && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (address, outgoing) => {
    const mail = mailOf(outgoing, host);
    const startedAt = performance.now();
    const told = { request_hash: requestHash(mail.text) };
    try {
      const sending = transport.sendMail({ ...mail, from, to: { name: "", address } });
      // A server that answers a word at a time keeps every timeout of the socket and would still hold a worker.
      const sent = await atMost(timeoutMs, sending);
      if (sent === undefined) throw new TookTooLong();
      const latency_ms = Math.round(performance.now() - startedAt);
      return { ...told, ...accepted(Number(sent.response.slice(0, 3))), latency_ms };
    } catch (error) {
      return {
        ...told,
        ...refusalOf(error),
        latency_ms: Math.round(performance.now() - startedAt),
      };
    }
  };
}

class TookTooLong extends Error {}

function mailOf({ id, events }: Outgoing, host: string) {
  const texts = events.map(eventText);
  const [first] = texts;
  const subject =
    texts.length === 1 && first !== undefined ? first.title : digestTitle(texts.length);
  const parts = texts.map(({ title, facts, url, link }) =>
    [title, ...facts.map(({ name, value }) => `${name}: ${value}`), `${link}: ${url}`].join("\n"),
  );
  return {
    subject: `[SoCMate] ${subject}`,
    text: `${parts.join("\n\n")}\n\nChange what you are told of: Settings > Notifications.\n`,
    // The same for every attempt: mailboxes recognise a repeat by it.
    messageId: `<${id}@${host.replace(/:\d+$/, "")}>`,
    // No vacation replies, no loops (RFC 3834).
    headers: { "Auto-Submitted": "auto-generated" },
  };
}

const accepted = (code: number): Outcome => ({
  outcome: "delivered",
  status_code: code,
  detail: "The mail server took it.",
  retry_after_seconds: undefined,
  is_final: false,
});

type Outcome = Omit<Sent, "latency_ms" | "request_hash">;

/** In our words: what a server answers may quote the address or the message. */
function refusalOf(error: unknown): Outcome {
  const read = Failure.safeParse(error);
  const { code = "", responseCode, command } = read.success ? read.data : {};
  const told = { status_code: responseCode ?? null, retry_after_seconds: undefined };
  if (error instanceof TookTooLong || code === "ETIMEDOUT") {
    return { ...told, outcome: "timeout", detail: "No answer in 15 seconds.", is_final: false };
  }
  if (code === "EAUTH") {
    const detail = "The mail server refused the sign-in; check SMTP_URL.";
    return { ...told, outcome: "refused", detail, is_final: false };
  }
  if (code === "EENVELOPE" && responseCode !== undefined) {
    if (command === "MAIL FROM") {
      const detail = `The mail server refused the sender (${responseCode}); check MAIL_FROM.`;
      return { ...told, outcome: "refused", detail, is_final: false };
    }
    const detail = `The mail server refused the address (${responseCode}).`;
    const is_final = responseCode >= 500;
    return { ...told, outcome: "refused", detail, is_final, is_of_message: true };
  }
  if (responseCode !== undefined) {
    const detail = `The mail server refused the message (${responseCode}).`;
    return { ...told, outcome: "refused", detail, is_final: false };
  }
  const detail = `No connection to the mail server: ${code === "" ? "it failed" : code}.`;
  return { ...told, outcome: "unreachable", detail, is_final: false };
}
