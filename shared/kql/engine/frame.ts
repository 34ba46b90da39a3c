/** Rows in flight, as columns. A column is made when something first reads it. */
import type { KqlValue } from "./values.ts";

export type Column = readonly KqlValue[];

/** Immutable: operators make new frames that share the columns they keep. */
export class Frame {
  readonly rowCount: number;
  readonly #columns: (Column | undefined)[];
  readonly #make: (index: number) => Column;

  private constructor(
    rowCount: number,
    columns: (Column | undefined)[],
    make: (i: number) => Column,
  ) {
    this.rowCount = rowCount;
    this.#columns = columns;
    this.#make = make;
  }

  static of(rowCount: number, columns: readonly Column[]): Frame {
    return new Frame(rowCount, [...columns], missing);
  }

  /** A frame whose columns are made on demand, each at most once. */
  static lazy(rowCount: number, width: number, make: (index: number) => Column): Frame {
    return new Frame(rowCount, Array<Column | undefined>(width).fill(undefined), make);
  }

  get width(): number {
    return this.#columns.length;
  }

  column(index: number): Column {
    const known = this.#columns[index];
    if (known !== undefined) return known;
    const made = this.#make(index);
    this.#columns[index] = made;
    return made;
  }

  /** The given rows, in the given order; a row may repeat, and -1 gives a row of the values in `absent`. */
  select(rows: ArrayLike<number>, absent?: readonly KqlValue[]): Frame {
    return Frame.lazy(rows.length, this.width, (index) => {
      const from = this.column(index);
      const empty = absent?.[index] ?? null;
      const picked = Array<KqlValue>(rows.length);
      for (let i = 0; i < rows.length; i += 1) {
        const row = rows[i] ?? -1;
        picked[i] = row < 0 ? empty : (from[row] ?? null);
      }
      return picked;
    });
  }

  /** Columns of this frame and of others of the same length, chosen by position. */
  static join(rowCount: number, parts: readonly { frame: Frame; index: number }[]): Frame {
    return Frame.lazy(rowCount, parts.length, (index) => {
      const part = parts[index];
      return part === undefined ? missing(index) : part.frame.column(part.index);
    });
  }
}

function missing(index: number): Column {
  throw new Error(`The frame has no column ${index}.`);
}
