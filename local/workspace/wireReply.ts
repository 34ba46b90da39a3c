/** Requests and replies on the simulated wire, and the error bodies of its services. */

export interface WireRequest {
  readonly method: string;
  /** As the client asked: its origin may be a listener's. Links of replies begin with it. */
  readonly url: URL;
  /** Origin of the service in Microsoft's cloud, which tokens are issued for. */
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The bearer token of a request; empty when it has none. */
export const bearerOf = (request: WireRequest): string =>
  /^Bearer (.+)$/i.exec(request.headers["authorization"] ?? "")?.[1] ?? "";

export interface WireReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export const json = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): WireReply => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(value),
});

export interface InnerError {
  readonly code: string;
  readonly message: string;
  readonly innererror?: InnerError & {
    readonly line?: number;
    readonly pos?: number;
  };
}

/** An error of the Log Analytics API (its documentation: response format, errors). */
export const serviceError = (
  status: number,
  code: string,
  message: string,
  innererror?: InnerError,
  headers: Readonly<Record<string, string>> = {},
): WireReply =>
  json(
    status,
    {
      error: {
        message,
        code,
        correlationId: "00000000-0000-0000-0000-000000000000",
        ...(innererror === undefined ? {} : { innererror }),
      },
    },
    headers,
  );

const STATUS_ERRORS: Readonly<Record<number, readonly [string, string]>> = {
  400: ["BadArgumentError", "The request had some invalid properties"],
  401: ["InvalidTokenError", "The provided authentication token is not valid"],
  403: [
    "InsufficientAccessError",
    "The provided credentials have insufficient access to perform the requested operation",
  ],
  404: ["WorkspaceNotFoundError", "The requested workspace could not be found"],
  429: ["ThrottledError", "Too many requests. Try again later."],
  503: ["ServiceUnavailable", "The service is temporarily unavailable"],
  504: ["GatewayTimeout", "The query did not end in time"],
};

/** The error that goes with a status. */
export function statusError(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): WireReply {
  const [code, message] = STATUS_ERRORS[status] ?? ["GeneralError", "An internal error occurred"];
  return serviceError(status, code, message, undefined, headers);
}
