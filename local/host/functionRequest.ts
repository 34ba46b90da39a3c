/** A request as the host hands it to an HTTP function. */
import type { RequestTarget } from "./requestTarget.ts";

export interface FunctionRequest {
  method: string;
  target: RequestTarget;
  host: string;
  /** Lower-case names, repeated ones joined by a comma. */
  headers: Record<string, string>;
  /** The whole body when its length was announced, otherwise undefined. */
  body: Buffer | undefined;
  /** A body of unknown length, as it arrives. */
  chunks: AsyncIterable<Uint8Array> | undefined;
}
