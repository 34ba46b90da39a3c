/** Mail over real SMTP: a loopback server that keeps or refuses what comes. */
import { createServer, type Server } from "node:net";

import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { anEvent, outgoing } from "../../testing/channel.contract.ts";
import { createSmtpChannel } from "./channel.ts";

const Address = z.object({ port: z.int() });
const FROM = "SoCMate <soc@contoso.example>";
const ADDRESS = "ana@contoso.example";

let closers: (() => Promise<void>)[];
let mails: { from: string; to: string[]; text: string; user: unknown }[];
beforeEach(() => {
  closers = [];
  mails = [];
});
afterEach(async () => {
  // Connections were added after their server and end before it.
  for (const close of closers.toReversed()) await close();
});

async function mailServer(options: SMTPServerOptions = {}): Promise<number> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? "" : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        mails.push({ from, to, text: Buffer.concat(chunks).toString(), user: session.user });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(() => resolve())));
  return Address.parse(server.server.address()).port;
}

const channel = (port: number, timeoutMs?: number, user = "") =>
  createSmtpChannel({
    url: `smtp://${user}127.0.0.1:${port}`,
    from: FROM,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });

const smtpError = (code: number) => Object.assign(new Error("refused"), { responseCode: code });

test("a mail arrives with subject, facts, link and a message id that repeats", async () => {
  const send = channel(await mailServer());
  const sent = await send(ADDRESS, outgoing());
  expect(sent).toMatchObject({ outcome: "delivered", status_code: 250 });
  await send(ADDRESS, outgoing());
  expect(mails.map(({ from, to }) => [from, to])).toEqual([
    ["soc@contoso.example", [ADDRESS]],
    ["soc@contoso.example", [ADDRESS]],
  ]);
  const [first = "", second = ""] = mails.map(({ text }) => text);
  expect(first).toContain("Subject: [SoCMate] #12345 Password spray against many accounts");
  expect(first).toContain("Severity: High");
  expect(first).toContain("https://socmate.example/incidents/12345");
  expect(first).toContain("Auto-Submitted: auto-generated");
  const messageId = /^Message-ID: (.+)$/im;
  expect(messageId.exec(second)?.[1]).toBe(messageId.exec(first)?.[1]);
});

// A title with a line break could otherwise add a Bcc or a second message.
test("an attacker's title adds no header and no recipient", async () => {
  const title = "x\r\nBcc: thief@evil.example\r\n\r\n.\r\nMAIL FROM:<a@b>";
  await channel(await mailServer())(ADDRESS, outgoing(anEvent({ title })));
  expect(mails).toHaveLength(1);
  expect(mails[0]?.to).toEqual([ADDRESS]);
  const [head = ""] = (mails[0]?.text ?? "").split("\r\n\r\n");
  expect(head).not.toMatch(/^Bcc:/im);
});

test("an address cannot name a second recipient", async () => {
  await channel(await mailServer())("ana@contoso.example, thief@evil.example", outgoing());
  expect(mails.flatMap(({ to }) => to)).not.toContain("thief@evil.example");
});

test("a digest is one mail", async () => {
  const events = [anEvent({ incident_number: 1 }), anEvent({ incident_number: 2 })];
  await channel(await mailServer())(ADDRESS, outgoing(...events));
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain("2 notifications from SoCMate");
});

const refusing = (code: number) =>
  mailServer({ onRcptTo: (_address, _session, done) => done(smtpError(code)) });

test("an unknown mailbox is final, a server that is busy is not", async () => {
  expect(await channel(await refusing(550))(ADDRESS, outgoing())).toMatchObject({
    outcome: "refused",
    status_code: 550,
    is_final: true,
  });
  expect(await channel(await refusing(451))(ADDRESS, outgoing())).toMatchObject({
    outcome: "refused",
    status_code: 451,
    is_final: false,
    is_of_message: true,
  });
});

// Every mail goes the same way: a sender that is refused is nobody's mailbox, and is mended in the settings.
test("a refused sender names the setting, and is final for nobody", async () => {
  const port = await mailServer({ onMailFrom: (_from, _session, done) => done(smtpError(553)) });
  const sent = await channel(port)(ADDRESS, outgoing());
  expect(sent).toMatchObject({ outcome: "refused", status_code: 553, is_final: false });
  expect(sent.detail).toContain("MAIL_FROM");
  expect(sent.is_of_message).toBeUndefined();
});

test("user and password sign in; a refused sign-in names the setting and no secret", async () => {
  const port = await mailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      password === "p@ss word" ? done(null, { user: username }) : done(new Error("no")),
  });
  const right = channel(port, undefined, `soc:${encodeURIComponent("p@ss word")}@`);
  expect(await right(ADDRESS, outgoing())).toMatchObject({ outcome: "delivered" });
  expect(mails[0]?.user).toBe("soc");
  const wrong = await channel(port, undefined, "soc:hunter2@")(ADDRESS, outgoing());
  expect(wrong).toMatchObject({ outcome: "refused", is_final: false });
  expect(JSON.stringify(wrong)).not.toContain("hunter2");
  expect(JSON.stringify(wrong)).toContain("SMTP_URL");
});

/** A server that takes connections and says this. */
async function plainServer(says: string): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    if (says !== "") socket.write(says);
    closers.push(async () => {
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(() => resolve())));
  return Address.parse(server.address()).port;
}

test("a server that says nothing, or stops after its greeting, is a timeout", async () => {
  for (const says of ["", "220 mail.example ESMTP\r\n"]) {
    const sent = await channel(await plainServer(says), 200)(ADDRESS, outgoing());
    expect(sent).toMatchObject({ outcome: "timeout", is_final: false });
  }
});

test("a server that is not there is unreachable", async () => {
  const port = await plainServer("");
  await closers.pop()?.();
  expect(await channel(port)(ADDRESS, outgoing())).toMatchObject({ outcome: "unreachable" });
});
