/** Functions of places on the globe: points, circles, polygons, geohashes. Longitude comes first. */
import { isInt64 } from "../convert.ts";
import { type Dynamic, isBag } from "../values.ts";
import { type FunctionTable, onDynamics, onReals } from "./define.ts";
import { distance } from "./network.ts";

type Point = readonly [longitude: number, latitude: number];

function pointOf(value: Dynamic | undefined): Point | undefined {
  if (!Array.isArray(value)) return undefined;
  const [x = null, y = null] = value;
  return isInt64(x) && isInt64(y) ? [Number(x), Number(y)] : undefined;
}

const ringOf = (value: Dynamic): Point[] =>
  Array.isArray(value) ? value.map(pointOf).filter((point) => point !== undefined) : [];

/** Counts crossings of the ring's edges to one side of the point. */
function isInRing([x, y]: Point, ring: readonly Point[]): boolean {
  let isInside = false;
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[(i + ring.length - 1) % ring.length] ?? [ax, ay];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
  });
  return isInside;
}

function isInPolygon(point: Point, shape: Dynamic): boolean | null {
  if (!isBag(shape) || !Array.isArray(shape["coordinates"])) return null;
  const polygons: Dynamic[] =
    shape["type"] === "MultiPolygon" ? shape["coordinates"] : [shape["coordinates"]];
  return polygons.some((polygon) => {
    const [outer = null, ...holes] = Array.isArray(polygon) ? polygon : [];
    return isInRing(point, ringOf(outer)) && !holes.some((hole) => isInRing(point, ringOf(hole)));
  });
}

const ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";

function geohash(longitude: number, latitude: number, length: number): string | null {
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90 || length < 1 || length > 18)
    return null;
  const ranges: [number, number][] = [
    [-180, 180],
    [-90, 90],
  ];
  let text = "";
  for (let bit = 0, code = 0; text.length < length; bit += 1) {
    const range = ranges[bit % 2] ?? [0, 0];
    const middle = (range[0] + range[1]) / 2;
    const isHigh = (bit % 2 === 0 ? longitude : latitude) >= middle;
    range[isHigh ? 0 : 1] = middle;
    code = (code << 1) | Number(isHigh);
    if (bit % 5 === 4) {
      text += ALPHABET.charAt(code);
      code = 0;
    }
  }
  return text;
}

export const placeFunctions: FunctionTable = {
  geo_point_in_circle: onReals((x, y, centerX, centerY, radius) => {
    if (x === undefined || y === undefined || centerX === undefined || centerY === undefined)
      return null;
    return radius === undefined ? null : distance(x, y, centerX, centerY) <= radius;
  }),
  geo_point_in_polygon: onDynamics((x = null, y = null, polygon = null) => {
    const point = pointOf([x, y]);
    return point === undefined ? null : isInPolygon(point, polygon);
  }),
  geo_point_to_geohash: onDynamics((x = null, y = null, length = 5) => {
    const point = pointOf([x, y]);
    return point === undefined ? "" : (geohash(point[0], point[1], Number(length)) ?? "");
  }),
};
