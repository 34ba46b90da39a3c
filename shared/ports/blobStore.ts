/** Large bodies by content hash: raw alert payloads, result sets. The same content is stored once. */
export interface BlobStore {
  /** Stores the bytes and returns their SHA-256 in lower-case hex. Storing the same bytes again changes nothing. */
  put(tenantId: string, content: Uint8Array, contentType: string): Promise<string>;
  /**
   * `undefined` when absent or another tenant's.
   * @throws AppError `store-unavailable` when the store cannot be reached or the content no longer fits its hash.
   */
  get(tenantId: string, hash: string): Promise<Uint8Array | undefined>;
}
