/** Wraps data keys under a key that never leaves its place. */
export interface WrappedKey {
  /** Names the wrapping key and its version. */
  kid: string;
  alg: string;
  /** base64url. */
  wrapped: string;
}

export interface KeyWrapper {
  wrap(dataKey: Uint8Array): Promise<WrappedKey>;
  /** @throws AppError `store-unavailable` when the key is unknown or the wrapping was tampered with. */
  unwrap(key: WrappedKey): Promise<Uint8Array>;
}
