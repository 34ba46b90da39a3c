/** Shape of the recordings of a real Functions host, and their requests as bytes. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { z } from "zod";

const Repeat = z.object({
  byte: z.number(),
  count: z.number(),
  before: z.string().optional(),
  after: z.string().optional(),
});
const Send = z.union([
  z.string(),
  z.object({ waitMs: z.number() }),
  z.object({ halfClose: z.literal(true) }),
  z.object({ untilAnswerMatches: z.string(), atMostMs: z.number() }),
]);

const Recording = z.object({
  id: z.string(),
  env: z.record(z.string(), z.string()).default({}),
  hostJson: z.record(z.string(), z.unknown()).default({}),
  request: z
    .object({
      method: z.string(),
      target: z.string(),
      headers: z.array(z.tuple([z.string(), z.string()])).default([]),
      body: z.string().optional(),
      bodyBase64: z.string().optional(),
      bodyRepeat: Repeat.optional(),
      chunks: z.array(z.string()).optional(),
      chunksRepeat: z.object({ byte: z.number(), size: z.number(), count: z.number() }).optional(),
      send: z.array(Send).optional(),
      abortAfterMs: z.number().optional(),
      times: z.number().optional(),
    })
    .optional(),
  response: z
    .object({
      status: z.union([z.number(), z.array(z.number())]).optional(),
      headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
      body: z.string().optional(),
      bodyBase64: z.string().optional(),
      bodyLength: z.number().optional(),
      bodyStarts: z.string().optional(),
      bodySha256: z.string().optional(),
      none: z.string().optional(),
      ended: z.string().optional(),
      interim: z.array(z.number()).optional(),
    })
    .optional(),
  seen: z.array(z.string()).optional(),
  next: z.unknown().optional(),
  log: z.array(z.string()).optional(),
  afterSeconds: z.number().optional(),
  timer: z.looseObject({ schedule: z.string() }).optional(),
});
export type Recording = z.infer<typeof Recording>;

export const DATA = path.resolve(import.meta.dirname, "../../../shared/data/host");

export const readRecordings = (): Recording[] =>
  z.array(Recording).parse(JSON.parse(readFileSync(path.join(DATA, "recorded.json"), "utf8")));

/** What to do with the socket, in order: bytes to write, or one of the recorder's instructions. */
export type Step = Buffer | Exclude<z.infer<typeof Send>, string>;

/** `v×8192` stands for 8,192 times v. */
const expand = (value: string): string => {
  const repeated = /^(.)×(\d+)$/.exec(value);
  return repeated === null ? value : (repeated[1] ?? "").repeat(Number(repeated[2]));
};

/** The request as the recorder sent it; `host` takes the place of HOST. */
export function requestSteps(recording: Recording, host: string): Step[] {
  const { request } = recording;
  if (request === undefined) return [];
  const latin1 = (text: string): Buffer =>
    Buffer.from(text.replaceAll(/(?<![\w-])HOST/g, host), "latin1");
  if (request.send !== undefined)
    return request.send.map((step) => (typeof step === "string" ? latin1(step) : step));
  const body = bodyOf(request);
  const isChunked = request.chunks !== undefined || request.chunksRepeat !== undefined;
  const names = request.headers.map(([name]) => name.toLowerCase());
  const head = [
    `${request.method} ${expand(request.target)} HTTP/1.1`,
    ...(names.includes("host") ? [] : ["Host: HOST"]),
    ...request.headers.map(([name, value]) => `${name}: ${expand(value)}`),
    ...(isChunked ? ["Transfer-Encoding: chunked"] : []),
    ...(body !== undefined && !isChunked && !names.includes("content-length")
      ? [`Content-Length: ${body.length}`]
      : []),
  ];
  const bytes = isChunked ? chunked(request) : (body ?? Buffer.alloc(0));
  return [latin1(`${head.join("\r\n")}\r\n\r\n`), bytes];
}

function bodyOf(request: NonNullable<Recording["request"]>): Buffer | undefined {
  if (request.bodyRepeat !== undefined) {
    const { before = "", byte, count, after = "" } = request.bodyRepeat;
    return Buffer.concat([Buffer.from(before), Buffer.alloc(count, byte), Buffer.from(after)]);
  }
  if (request.bodyBase64 !== undefined) return Buffer.from(request.bodyBase64, "base64");
  return request.body === undefined ? undefined : Buffer.from(request.body);
}

function chunked(request: NonNullable<Recording["request"]>): Buffer {
  const { chunksRepeat, chunks = [] } = request;
  const pieces =
    chunksRepeat === undefined
      ? chunks.map((chunk) => Buffer.from(chunk))
      : Array.from({ length: chunksRepeat.count }, () =>
          Buffer.alloc(chunksRepeat.size, chunksRepeat.byte),
        );
  return Buffer.concat([
    ...pieces.flatMap((piece) => [
      Buffer.from(`${piece.length.toString(16)}\r\n`),
      piece,
      Buffer.from("\r\n"),
    ]),
    Buffer.from("0\r\n\r\n"),
  ]);
}
