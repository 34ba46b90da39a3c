/** What the preload of the product under test says about its transactions: one byte of a file. */
import { closeSync, openSync, readSync } from "node:fs";

/** Looks in a row before others get a turn: a transaction is open for less than a millisecond. */
const LOOKS = 2_000;

export class WriteMark {
  readonly file: string;
  readonly #descriptor: number;
  readonly #byte = Buffer.alloc(1);

  constructor(file: string) {
    this.file = file;
    this.#descriptor = openSync(file, "w+");
  }

  /** Whether a transaction is open now, or was when the product died. */
  isOpen(): boolean {
    return readSync(this.#descriptor, this.#byte, 0, 1, 0) === 1 && this.#byte.toString() === "1";
  }

  /** Looks many times; true as soon as a transaction is open, or at once when nobody waits for one. */
  seesWrite(isAwaited: boolean): boolean {
    if (!isAwaited) return true;
    for (let look = 0; look < LOOKS; look += 1) if (this.isOpen()) return true;
    return false;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
