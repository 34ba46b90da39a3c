/** How deep a body may nest: schemas look into a value by calling themselves, and some 2,000 calls end in an error of ours. */
import type { FieldError } from "../../shared/domain/errors.ts";
import { escapedPointer } from "./readableText.ts";

const DEPTH_MAX = 200;
const DETAIL = `This nests lists and objects more than ${DEPTH_MAX} deep.`;

/** Each field in which lists and objects stand more than 200 deep, or the whole of what has no fields. @param json as it was parsed. */
export function tooDeep(json: unknown): FieldError[] {
  if (!isNest(json) || Array.isArray(json)) {
    return isDeeperThan(json, DEPTH_MAX) ? [{ pointer: "", detail: DETAIL }] : [];
  }
  return Object.entries(json)
    .filter(([, value]) => isDeeperThan(value, DEPTH_MAX - 1))
    .map(([name]) => ({ pointer: `/${escapedPointer(name)}`, detail: DETAIL }));
}

function isDeeperThan(json: unknown, most: number): boolean {
  let level = [json].filter(isNest);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === most) return true;
    level = level.flatMap((nest) => Object.values(nest).filter(isNest));
  }
  return false;
}

const isNest = (value: unknown): value is object => typeof value === "object" && value !== null;
