/** Who may use `/local`: this machine only. It mints admin tokens, so a web page elsewhere must not reach it. */
import type { IncomingMessage } from "node:http";

import { AppError } from "../../shared/domain/errors.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** @throws AppError `forbidden` for a Host that is not loopback, or a page of another site or port. */
export function refuseForeigners(request: IncomingMessage): void {
  const host = hostnameOf(`http://${request.headers.host ?? ""}`);
  if (host === undefined || !LOOPBACK.has(host)) {
    throw new AppError("forbidden", "The local controls answer to a loopback Host only.");
  }
  const { origin } = request.headers;
  const isForeign = origin !== undefined && origin !== `http://${request.headers.host}`;
  if (isForeign || request.headers["sec-fetch-site"] === "cross-site") {
    throw new AppError("forbidden", "The local controls do not answer to pages of other sites.");
  }
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
