/** Lines of a folder that could not be loaded as they stand: the first of each file, and how many there are. */

/** A file, a line or a value that is left out. */
export interface BadRow {
  readonly file: string;
  /** Counts from 1; undefined when the whole file is meant. */
  readonly line: number | undefined;
  readonly problem: string;
}

export interface BadRows {
  /** At most `TOLD_MAX` of each file, in their order. */
  readonly told: readonly BadRow[];
  /** By file, all of them. */
  readonly counts: ReadonlyMap<string, number>;
}

/** An export in the wrong form has as many bad lines as lines: the first ones say what is wrong with the rest. */
const TOLD_MAX = 20;

export interface BadRowList extends BadRows {
  add(row: BadRow): void;
}

export function createBadRowList(): BadRowList {
  const told: BadRow[] = [];
  const counts = new Map<string, number>();
  return {
    told,
    counts,
    add: (row) => {
      const count = (counts.get(row.file) ?? 0) + 1;
      counts.set(row.file, count);
      if (count <= TOLD_MAX) told.push(row);
    },
  };
}

/** A line of text for each row that is told, and one for each file that has more of them. */
export function badRowReport({ told, counts }: BadRows): string[] {
  return [...counts].flatMap(([file, count]) => [
    ...told
      .filter((row) => row.file === file)
      .map(({ line, problem }) => `${line === undefined ? file : `${file}:${line}`}: ${problem}`),
    ...(count > TOLD_MAX ? [`${file}: ${count - TOLD_MAX} more problems, ${count} in all.`] : []),
  ]);
}
