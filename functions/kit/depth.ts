/** How deep a body may nest: schemas look into a value by calling themselves, and some 2,000 calls end in an error of ours. */

export const DEPTH_MAX = 200;

/** Whether lists and objects stand in each other more than 200 deep. @param json a body as it was parsed. */
export function isTooDeep(json: unknown): boolean {
  let level = [json].filter(isNest);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === DEPTH_MAX) return true;
    level = level.flatMap((nest) => Object.values(nest).filter(isNest));
  }
  return false;
}

const isNest = (value: unknown): value is object => typeof value === "object" && value !== null;
