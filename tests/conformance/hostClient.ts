/** A bare HTTP client on a socket: sends exact bytes, even odd ones, and says exactly what came back. */
import { connect, type Socket } from "node:net";

import type { Step } from "./hostRecordings.ts";

export interface Answer {
  status: number;
  /** Lower-case names; repeated ones as a list. */
  headers: Record<string, string | string[]>;
  body: Buffer;
}

export interface Outcome {
  /** Undefined when no complete head came. */
  answer: Answer | undefined;
  /** Statuses of interim answers. */
  interim: number[];
  /** How the connection ended when the answer was not complete. */
  ended: "complete" | "closed" | "reset" | "timeout" | "aborted";
  seconds: number;
}

/** Plays the steps and reads one answer. */
export async function exchange(
  port: number,
  steps: readonly Step[],
  options: { isHead: boolean; limitMs: number; abortAfterMs?: number | undefined },
): Promise<Outcome> {
  const startedAt = performance.now();
  const socket = connect({ port, host: "127.0.0.1" });
  socket.setNoDelay(true);
  const reader = new AnswerReader(options.isHead);
  const ended = listen(socket, reader, options);
  void play(socket, steps, reader);
  const how = await ended;
  socket.destroy();
  return {
    answer: reader.answer(),
    interim: reader.interim,
    ended: reader.isComplete(how === "closed") ? "complete" : how,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

function listen(
  socket: Socket,
  reader: AnswerReader,
  options: { limitMs: number; abortAfterMs?: number | undefined },
): Promise<Outcome["ended"]> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => resolve("timeout"), options.limitMs);
    const abort =
      options.abortAfterMs === undefined
        ? undefined
        : setTimeout(() => resolve("aborted"), options.abortAfterMs);
    const end = (how: Outcome["ended"]): void => {
      clearTimeout(limit);
      clearTimeout(abort);
      resolve(how);
    };
    socket.on("data", (data) => {
      reader.push(data);
      if (reader.isComplete(false)) end("closed");
    });
    socket.on("end", () => end("closed"));
    socket.on("error", () => end("reset"));
    socket.on("close", () => end("closed"));
  });
}

async function play(socket: Socket, steps: readonly Step[], reader: AnswerReader): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return;
    if (Buffer.isBuffer(step)) socket.write(step);
    else if ("waitMs" in step) await new Promise((resolve) => setTimeout(resolve, step.waitMs));
    else if ("halfClose" in step) socket.end();
    else await reader.until(step.untilAnswerMatches, step.atMostMs);
  }
}

class AnswerReader {
  readonly interim: number[] = [];
  readonly #isHead: boolean;
  #pieces: Buffer[] = [];
  #head: { status: number; headers: Record<string, string | string[]> } | undefined;
  #bytes = 0;
  #onData: () => void = () => {};

  constructor(isHead: boolean) {
    this.#isHead = isHead;
  }

  push(data: Buffer): void {
    this.#pieces.push(data);
    this.#bytes += data.length;
    this.#readHead();
    this.#onData();
  }

  async until(pattern: string, atMostMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, atMostMs);
      const look = (): void => {
        if (this.interim.length === 0 && this.#head === undefined) return;
        if (pattern === "100" && this.interim.length === 0) return;
        clearTimeout(timer);
        resolve();
      };
      this.#onData = look;
      look();
    });
  }

  #readHead(): void {
    while (this.#head === undefined) {
      const all = Buffer.concat(this.#pieces);
      const end = all.indexOf("\r\n\r\n");
      if (end < 0) return;
      const [line = "", ...lines] = all.subarray(0, end).toString("latin1").split("\r\n");
      const status = Number(line.split(" ")[1]);
      this.#pieces = [all.subarray(end + 4)];
      this.#bytes = all.length - end - 4;
      if (status < 200) this.interim.push(status);
      else this.#head = { status, headers: parseHeaders(lines) };
    }
  }

  isComplete(isClosed: boolean): boolean {
    if (this.#head === undefined) return false;
    const { status, headers } = this.#head;
    if (this.#isHead || status === 204 || status === 304) return true;
    if (headers["transfer-encoding"] === "chunked")
      return Buffer.concat(this.#pieces.slice(-2))
        .subarray(-7)
        .toString("latin1")
        .endsWith("0\r\n\r\n");
    if (headers["content-length"] === undefined) return isClosed;
    return this.#bytes >= Number(headers["content-length"]);
  }

  answer(): Answer | undefined {
    if (this.#head === undefined) return undefined;
    const all = Buffer.concat(this.#pieces);
    const { headers } = this.#head;
    const length = headers["content-length"];
    const body =
      headers["transfer-encoding"] === "chunked"
        ? unchunk(all)
        : all.subarray(0, length === undefined ? all.length : Number(length));
    return { ...this.#head, body: this.#isHead ? Buffer.alloc(0) : body };
  }
}

function parseHeaders(lines: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const known = headers[name];
    headers[name] = known === undefined ? value : [known, value].flat();
  }
  return headers;
}

function unchunk(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (end < 0 || !(size > 0)) break;
    pieces.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(pieces);
}
