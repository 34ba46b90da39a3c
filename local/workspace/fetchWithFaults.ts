/** Faults between the product and what it calls over the network itself: webhook receivers and models. */
import { type Fault, type Faults, type OutboundTarget, retryAfterOf, waitFor } from "./faults.ts";

const DEFAULT_CODES: Readonly<Record<OutboundTarget, string>> = {
  model: "server_error",
  webhook: "error",
};

/**
 * A fetch that consults the faults of a target before (and after) each call.
 * @param inner makes the call when no fault answers for it; default: the global fetch.
 */
export function fetchWithFaults(
  faults: Pick<Faults, "strike">,
  target: OutboundTarget,
  inner: typeof fetch = fetch,
): typeof fetch {
  return async (input, init) => {
    const struck = faults.strike(target);
    if (struck.length === 0) return inner(input, init);
    await waitFor(struck, signalOf(input, init));
    if (struck.some(({ kind }) => kind === "disconnect")) throw cutConnection();
    for (const fault of struck) {
      const answer = answerOf(target, fault);
      if (answer !== undefined) return answer;
    }
    const response = await inner(input, init);
    return struck.some(({ kind }) => kind === "truncated") ? await cutInHalf(response) : response;
  };
}

const signalOf = (input: Parameters<typeof fetch>[0], init: RequestInit | undefined) =>
  init?.signal ?? (input instanceof Request ? input.signal : undefined);

/** As Node's fetch reports a connection that the other side reset. */
const cutConnection = (): TypeError =>
  new TypeError("fetch failed", {
    cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
  });

/** What a fault answers instead of the receiver; undefined when the receiver is asked. */
function answerOf(target: OutboundTarget, fault: Fault): Response | undefined {
  const { kind, status, code } = fault;
  if (kind === "status") return refusal(fault, status ?? 500, DEFAULT_CODES[target]);
  if (kind === "error_code") return refusal(fault, status ?? 400, code ?? DEFAULT_CODES[target]);
  return kind === "expired_token" ? refusal(fault, 401, "invalid_api_key") : undefined;
}

const refusal = (fault: Fault, status: number, code: string): Response =>
  Response.json(
    { error: { code, type: code, message: "The request was refused by a fault." } },
    { status, headers: retryAfterOf(fault) },
  );

/** The first half of the body, then the connection ends. */
async function cutInHalf(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  let isSent = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (isSent) return controller.error(new TypeError("terminated"));
      isSent = true;
      return controller.enqueue(bytes.subarray(0, Math.max(1, Math.floor(bytes.length / 2))));
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
