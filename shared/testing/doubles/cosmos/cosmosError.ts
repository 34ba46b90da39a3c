/** An error as the service reports it: status, code, sub-status. */
interface ErrorDetails {
  substatus?: number;
  retryAfterMs?: number;
}

export class CosmosError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(status: number, code: string, message: string, details: ErrorDetails = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const badRequest = (message: string): CosmosError =>
  new CosmosError(400, "BadRequest", message);

export const notFound = (): CosmosError =>
  new CosmosError(404, "NotFound", "Entity with the specified id does not exist in the system.");

/** 1002: not absence, but a replica that lacks what this client has already seen. */
export const readSessionNotAvailable = (): CosmosError =>
  new CosmosError(
    404,
    "NotFound",
    "The read session is not available for the input session token.",
    {
      substatus: 1002,
    },
  );

export const conflict = (): CosmosError =>
  new CosmosError(409, "Conflict", "Entity with the specified id already exists in the system.");

export const preconditionFailed = (): CosmosError =>
  new CosmosError(412, "PreconditionFailed", "One of the specified pre-condition is not met.");

export const tooLarge = (): CosmosError =>
  new CosmosError(413, "RequestEntityTooLarge", "Request size is too large.");

export const throttled = (retryAfterMs: number): CosmosError =>
  new CosmosError(429, "TooManyRequests", "Request rate is large.", {
    substatus: 3200,
    retryAfterMs,
  });

/** 1001: the key in the header and the key in the document differ. */
export const wrongPartitionKey = (message: string): CosmosError =>
  new CosmosError(400, "BadRequest", message, { substatus: 1001 });
