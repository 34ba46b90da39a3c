/** What a handler answers. `etag` makes the kit answer 304 to a matching If-None-Match. */
export interface Reply<Body> {
  status: 200 | 201 | 202 | 204;
  body?: Body;
  /** The body as it is sent, where it was checked and written before. */
  json?: Uint8Array;
  etag?: string;
  headers?: Record<string, string>;
  /** Sent as it comes, instead of `body`; the endpoint declares its media type as `streams`. */
  stream?: AsyncIterable<string>;
}
