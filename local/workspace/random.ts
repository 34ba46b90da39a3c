/** Chance that is the same in every run of a seed. */

export interface Random {
  /** At least 0 and less than 1. */
  next(): number;
  /** A whole number; both bounds inclusive. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError when there is nothing to pick. */
  pick<T>(from: readonly T[]): T;
  /** Some of the items, each at most once, in random order. */
  sample<T>(from: readonly T[], count: number): T[];
  hex(digits: number): string;
  guid(): string;
  /** Chance of its own: what one part draws does not move what another part gets. */
  fork(label: string): Random;
}

/** Four 32-bit words from a text (FNV-1a, once per word). */
function seedWords(seed: string): [number, number, number, number] {
  const word = (salt: number): number => {
    let hash = 2_166_136_261 ^ salt;
    for (let i = 0; i < seed.length; i += 1)
      hash = Math.imul(hash ^ seed.charCodeAt(i), 16_777_619);
    return hash >>> 0;
  };
  return [word(0x9e37), word(0x79b9), word(0x85eb), word(1)];
}

/** The generator sfc32 (Doty-Humphrey, PractRand): small, fast, long period. */
function sfc32(seed: string): () => number {
  let [a, b, c, counter] = seedWords(seed);
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 15; i += 1) next();
  return next;
}

function take<T>(from: readonly T[], index: number): T {
  const item = from[index];
  if (item === undefined) throw new RangeError("There is nothing to pick from.");
  return item;
}

export function createRandom(seed: string): Random {
  const next = sfc32(seed);
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const hex = (digits: number): string => {
    let text = "";
    while (text.length < digits)
      text += Math.floor(next() * 4_294_967_296)
        .toString(16)
        .padStart(8, "0");
    return text.slice(0, digits);
  };
  return {
    next,
    int,
    hex,
    chance: (probability) => next() < probability,
    pick: (from) => take(from, int(0, from.length - 1)),
    sample: (from, count) => {
      const rest = [...from];
      const taken = [];
      while (taken.length < count && rest.length > 0)
        taken.push(...rest.splice(int(0, rest.length - 1), 1));
      return taken;
    },
    guid: () => {
      const text = hex(32);
      const variant = "89ab"[int(0, 3)] ?? "8";
      return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-${variant}${text.slice(17, 20)}-${text.slice(20)}`;
    },
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}
