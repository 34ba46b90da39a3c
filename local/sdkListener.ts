/** WIRE_PORT: the simulated Sentinel for SDKs of other programs on this machine. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { CannotStart, type LocalOptions } from "./options.ts";
import type { Wire } from "./workspace/wire.ts";
import { listenOnLoopback, type WireListener } from "./workspace/wireListener.ts";

/**
 * Listens when the environment asks for it, with a new certificate for localhost that is left in the data folder.
 * @throws CannotStart when the port is taken.
 */
export async function listenForSdks(
  { wirePort }: LocalOptions,
  directory: string,
  wire: Wire,
): Promise<WireListener | undefined> {
  if (wirePort === undefined) return undefined;
  const { generate } = await import("selfsigned");
  const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], {
    keySize: 2048,
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  const file = path.join(directory, "wire.pem");
  writeFileSync(file, cert);
  try {
    const listener = await listenOnLoopback(wire, { port: wirePort, tls: { key, cert } });
    console.log(`The simulated Sentinel answers SDKs: ${listener.url} (trust ${file})`);
    return listener;
  } catch (cause) {
    throw new CannotStart(`WIRE_PORT ${wirePort} is taken; choose another one, or 0 for any.`, {
      cause,
    });
  }
}
