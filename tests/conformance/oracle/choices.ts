/** Decisions of a generator, drawn from a list of numbers: a shorter list or smaller numbers make a simpler query. */
export class Choices {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** A number below `count`; 0, the simplest choice, once the list is used up. */
  next(count: number): number {
    const drawn = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return drawn % count;
  }

  /** One of several; the first is the simplest. */
  pick<T>(options: readonly [T, ...T[]]): T {
    return options[this.next(options.length)] ?? options[0];
  }

  /** False once the list is used up. */
  chance(oneIn: number): boolean {
    return this.next(oneIn) === oneIn - 1;
  }

  /** `count` different ones, or all when there are fewer. */
  some<T>(options: readonly T[], count: number): T[] {
    const left = [...options];
    const picked: T[] = [];
    while (picked.length < count && left.length > 0)
      picked.push(...left.splice(this.next(left.length), 1));
    return picked;
  }
}
