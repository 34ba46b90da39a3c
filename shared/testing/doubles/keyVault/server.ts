/** A Key Vault on loopback TLS that speaks the wire of wrapKey and unwrapKey, with key versions. */
import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";
import { createServer, type Server } from "node:https";

import { generate } from "selfsigned";
import { z } from "zod";

const KEY_NAME = "provider-secrets";
const Operation = z.object({ alg: z.literal("RSA-OAEP-256"), value: z.string() });

interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

export class KeyVaultDouble {
  readonly #versions = new Map<string, KeyPair>();
  #current = "";
  #server: Server | undefined;
  /** The certificate that a client must trust. */
  certificate = "";
  /** Requests that brought a token, by method and operation, e.g. `GET key`, `POST wrapkey`. */
  readonly requests: string[] = [];
  /** While true, requests are taken and never answered. */
  silent = false;

  async start(): Promise<void> {
    const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], {
      keySize: 2048,
      extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
    });
    this.certificate = cert;
    this.rotate("v1");
    const server = createServer({ key, cert }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        if (this.silent) return;
        const { status, headers, body } = this.#answer(
          request.method ?? "GET",
          request.url ?? "/",
          request.headers.authorization,
          Buffer.concat(chunks).toString(),
        );
        response.writeHead(status, { "content-type": "application/json", ...headers });
        response.end(JSON.stringify(body));
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }

  /** Adds a version and makes it the one that wraps. */
  rotate(version: string): void {
    this.#versions.set(version, generateKeyPairSync("rsa", { modulusLength: 2048 }));
    this.#current = version;
  }

  get keyUrl(): string {
    return `${this.#origin}/keys/${KEY_NAME}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  get #origin(): string {
    const address = this.#server?.address();
    if (typeof address !== "object" || address === null)
      throw new Error("The vault is not started.");
    return `https://localhost:${address.port}`;
  }

  /** The public part, which the client reads before its first operation. */
  #describe(version: string, { publicKey }: KeyPair) {
    const { n, e } = publicKey.export({ format: "jwk" });
    const key = {
      kid: `${this.keyUrl}/${version}`,
      kty: "RSA",
      key_ops: ["wrapKey", "unwrapKey"],
      n,
      e,
    };
    return { status: 200, headers: {}, body: { key, attributes: { enabled: true } } };
  }

  #answer(method: string, url: string, authorization: string | undefined, body: string) {
    if (authorization === undefined) return challenge();
    const [, , name, ...rest] = new URL(url, this.#origin).pathname.split("/");
    const named = rest.find((part) => this.#versions.has(part));
    const version = named ?? this.#current;
    const keys = this.#versions.get(version);
    const operation = rest.at(-1)?.toLowerCase();
    this.requests.push(method === "GET" ? "GET key" : `${method} ${operation ?? ""}`);
    if (name !== KEY_NAME || keys === undefined) return failure(404, "KeyNotFound");
    if (method === "GET") return this.#describe(version, keys);
    if (operation !== "wrapkey" && operation !== "unwrapkey") return failure(400, "BadParameter");
    const parsed = Operation.safeParse(JSON.parse(body));
    if (!parsed.success) return failure(400, "BadParameter");
    try {
      const value = transform(operation, keys, Buffer.from(parsed.data.value, "base64url"));
      const kid = `${this.keyUrl}/${version}`;
      return { status: 200, headers: {}, body: { kid, value: value.toString("base64url") } };
    } catch {
      return failure(400, "BadParameter");
    }
  }
}

function transform(operation: "wrapkey" | "unwrapkey", keys: KeyPair, value: Buffer): Buffer {
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  return operation === "wrapkey"
    ? publicEncrypt({ key: keys.publicKey, ...padding }, value)
    : privateDecrypt({ key: keys.privateKey, ...padding }, value);
}

const failure = (status: number, code: string) => ({
  status,
  headers: {},
  body: { error: { code, message: code } },
});

const challenge = () => ({
  status: 401,
  headers: {
    "www-authenticate":
      'Bearer authorization="https://login.microsoftonline.com/common", resource="https://vault.azure.net"',
  },
  body: {},
});
