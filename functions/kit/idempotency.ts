/** Idempotency-Key on every POST that creates: one effect, one answer. */
import type { z } from "zod";

import { AppError } from "../../shared/domain/errors.ts";
import type { Deps } from "../../shared/ports/deps.ts";
import type { Ids } from "../../shared/ports/ids.ts";
import { StoredReply } from "../../shared/schemas/idempotency.ts";
import { Json } from "../../shared/schemas/json.ts";
import type { Principal } from "../../shared/schemas/principal.ts";
import type { Reply } from "./reply.ts";

/** What the kit asks of the product to have a request run once. */
export interface Once {
  runOnce(
    deps: Deps,
    request: {
      tenantId: string;
      callerId: string;
      key: string;
      target: string;
      body: Json | undefined;
    },
    work: (ids: Ids) => Promise<{ reply: StoredReply; isFinal: boolean }>,
  ): Promise<{ reply: StoredReply; isRepeated: boolean }>;
}

/** What an endpoint declares of itself that matters here. */
interface Creating {
  method: string;
  success?: number;
  takesIdempotencyKey?: boolean;
}
interface Declared extends Creating {
  reply?: z.ZodType | undefined;
  showsSecret?: boolean;
}

/** Whether the endpoint heeds an Idempotency-Key: every POST that creates something, or that says so. */
export const isCreating = ({ method, success, takesIdempotencyKey }: Creating): boolean =>
  method === "POST" && (success === 201 || success === 202 || takesIdempotencyKey === true);

/** @throws AppError `malformed-request` when it is empty or too long to be kept. */
export function idempotencyKeyOf(header: string | null): string | undefined {
  if (header === null) return undefined;
  const key = header.trim();
  if (key !== "" && key.length <= 200) return key;
  throw new AppError("malformed-request", "An Idempotency-Key has 1 to 200 characters.");
}

export interface OnceCall {
  declared: Declared;
  deps: Deps;
  principal: Principal;
  url: URL;
  key: string;
  json: unknown;
}

/**
 * Runs the request, or answers what it answered before, with `idempotency-replayed: true`.
 * @throws AppError `conflict` for the repetition of a request whose answer showed a secret: that is not kept.
 */
export async function answerOnce(
  once: Once,
  { declared, deps, principal, url, key, json }: OnceCall,
  handle: (deps: Deps) => Promise<Reply<unknown>>,
): Promise<Reply<unknown>> {
  let fresh: Reply<unknown> | undefined;
  const body = Json.optional().parse(json);
  const target = `${declared.method} ${url.pathname}${url.search}`;
  const request = { tenantId: principal.tenant_id, callerId: principal.id, key, target, body };
  const { reply, isRepeated } = await once.runOnce(deps, request, async (ids) => {
    fresh = await handle({ ...deps, ids });
    return { reply: storedReply(declared, fresh), isFinal: isFinal(declared, fresh) };
  });
  if (!isRepeated && fresh !== undefined) return fresh;
  if (declared.showsSecret === true) {
    const at = reply.headers?.["location"] ?? "the list";
    throw new AppError(
      "conflict",
      `An earlier request with this Idempotency-Key made it. The secret was shown once and is not kept: look at ${at}.`,
    );
  }
  const { status, etag, headers } = reply;
  return {
    status,
    ...(reply.body !== undefined && { body: reply.body }),
    ...(etag !== undefined && { etag }),
    headers: { ...headers, "idempotency-replayed": "true" },
  };
}

/** Work that is said to go on, where an end was expected, has another answer later. */
const isFinal = ({ success }: Declared, { status }: Reply<unknown>): boolean =>
  status !== 202 || success === 202;

function storedReply(declared: Declared, reply: Reply<unknown>): StoredReply {
  const { status, headers, etag } = reply;
  const isShown = reply.body !== undefined && declared.showsSecret !== true;
  const body: unknown = isShown ? (declared.reply?.parse(reply.body) ?? reply.body) : undefined;
  return StoredReply.parse(JSON.parse(JSON.stringify({ status, headers, etag, body })));
}
