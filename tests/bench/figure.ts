/** What a case of the bench tells, and how `main.ts` prints it. */
export interface Figure {
  what: string;
  reached: string;
  target: string;
  ratio: number;
  peak_mb: number;
}

export interface Case {
  /** Its process; its name without `Case.ts` selects it. */
  file: string;
  runs: number;
  /** Whether what it prints itself is shown as well, such as a table of its own. */
  tells?: boolean;
  figures(of: (name: string) => number): Omit<Figure, "target" | "peak_mb">[];
  targets: readonly string[];
}
