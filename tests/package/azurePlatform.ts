/** What an Azure host offers a deployed app, on loopback: tokens for its managed identity, and TLS in front of a double. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

import { generate } from "selfsigned";

/** The token endpoint of App Service. */
export class IdentityEndpoint {
  /** Which identities asked. */
  readonly clientIds: (string | null)[] = [];
  readonly #server: Server = createServer((asked, response) => {
    const query = new URL(asked.url ?? "/", "http://identity").searchParams;
    this.clientIds.push(query.get("client_id"));
    const token = {
      access_token: "token",
      expires_on: String(Math.floor(Date.now() / 1000) + 3600),
      resource: query.get("resource"),
      token_type: "Bearer",
    };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(token));
  });

  /** @returns the settings by which the platform announces it. */
  async start(): Promise<Record<string, string>> {
    const port = await listen(this.#server);
    return { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: "secret" };
  }

  close(): void {
    this.#server.close();
  }
}

/** The SDKs send tokens over TLS only. `caFile` is for NODE_EXTRA_CA_CERTS. */
export async function behindTls(target: string) {
  const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
    ],
  });
  const caFile = path.join(mkdtempSync(path.join(os.tmpdir(), "ca-")), "ca.pem");
  writeFileSync(caFile, cert);
  const server = createTlsServer({ key, cert }, (incoming, response) => {
    const { method, headers, url = "/" } = incoming;
    const onward = request(target + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  const port = await listen(server);
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `https://localhost:${port}`, caFile, close };
}

async function listen(server: {
  listen(port: number, host: string, done: () => void): unknown;
  address(): AddressInfo | string | null;
}): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
