/** One key for each content until its call ended well: another try after a lost reply does nothing twice. */
import { useState } from "react";

export class IdempotencyKeys {
  readonly #keys = new Map<string, string>();

  /** The same key for the same content. */
  of(content: unknown): string {
    const text = JSON.stringify(content);
    const key = this.#keys.get(text) ?? crypto.randomUUID();
    this.#keys.set(text, key);
    return key;
  }

  /** What is sent from now on is meant anew. */
  clear(): void {
    this.#keys.clear();
  }
}

export const useIdempotencyKeys = (): IdempotencyKeys => useState(() => new IdempotencyKeys())[0];
