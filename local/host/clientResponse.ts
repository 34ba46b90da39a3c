/** The answer to one client, with the rules of the real host's web server; the library writes into it. */
import type { ServerResponse } from "node:http";

const NOT_ASCII = /[^\t\x20-\x7e]/;
const BODILESS = new Set([204, 205, 304]);

/**
 * Stands where the library expects the response of its own proxy server and uses these members of it: `statusCode`,
 * `setHeader`, `write`, `end`.
 */
export class ClientResponse {
  statusCode = 200;
  readonly #response: ServerResponse;
  #headers: Record<string, string | string[]> = {};
  /** Bytes still allowed under an own content-length; undefined without one. */
  #remaining: number | undefined;

  constructor(response: ServerResponse) {
    this.#response = response;
    // A client that leaves is no error of the function, which is never told.
    response.on("error", () => {});
  }

  /** True once a byte went out or the answer is complete. */
  get isStarted(): boolean {
    return this.#response.headersSent;
  }

  get isEnded(): boolean {
    return this.#response.writableEnded || this.#response.destroyed;
  }

  /** @throws TypeError when a value holds anything but ASCII: the real host cannot forward it and answers 500 */
  setHeader(name: string, value: string | string[]): void {
    if (typeof value === "string" ? NOT_ASCII.test(value) : value.some((v) => NOT_ASCII.test(v)))
      throw new TypeError(`The header ${name} holds a character outside ASCII.`);
    const lower = name.toLowerCase();
    if (lower === "content-length") this.#remaining = Number(value);
    this.#headers[lower] = value;
  }

  write(chunk: string | Uint8Array): void {
    if (this.isEnded) return;
    this.#start();
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    if (this.#remaining === undefined) {
      this.#response.write(bytes);
      return;
    }
    const allowed = bytes.subarray(0, this.#remaining);
    this.#remaining -= allowed.length;
    if (allowed.length > 0) this.#response.write(allowed);
  }

  end(): void {
    if (this.isEnded) return;
    const isHead = this.#response.req.method === "HEAD";
    if (!this.isStarted && !isHead && !BODILESS.has(this.statusCode))
      this.#headers["content-length"] ??= "0";
    this.#start();
    // Fewer bytes than promised: the client must not take them for the whole.
    if (
      this.#remaining !== undefined &&
      this.#remaining > 0 &&
      !isHead &&
      !BODILESS.has(this.statusCode)
    )
      this.#close();
    else this.#response.end();
  }

  /** Sends the whole body and ends. */
  endWith(body: string | Uint8Array): void {
    if (this.isEnded) return;
    // As the real host: a length is given only by the function itself.
    this.#headers["transfer-encoding"] = "chunked";
    if (this.#response.req.httpVersion !== "1.1" || this.#response.req.method === "HEAD")
      delete this.#headers["transfer-encoding"];
    this.#start();
    this.#response.end(body);
  }

  /** Answers without a body, dropping what was set before; cuts the connection when the answer has begun. */
  refuse(statusCode: number, headers: Record<string, string> = {}): void {
    if (this.isEnded) return;
    if (this.isStarted) {
      this.#reset();
      return;
    }
    this.statusCode = statusCode;
    this.#headers = headers;
    this.#remaining = undefined;
    this.end();
  }

  #start(): void {
    if (this.isStarted) return;
    const isKept = this.#response.shouldKeepAlive && this.#headers["connection"] === undefined;
    // HTTP/1.1 keeps connections by itself; the real host does not say so either.
    if (isKept && this.#response.req.httpVersion === "1.1")
      this.#response.removeHeader("connection");
    this.#response.writeHead(this.statusCode, this.#headers);
  }

  /** An orderly end: a reset may overtake what was sent before, and the client would see nothing of it. */
  #close(): void {
    const { socket } = this.#response;
    setImmediate(() => socket?.destroySoon());
  }

  #reset(): void {
    const { socket } = this.#response;
    // After what was written before, so that the client sees how far it got.
    setImmediate(() => socket?.write("", () => socket.resetAndDestroy()));
  }
}
