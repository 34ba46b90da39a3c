/** Every aggregate function with one result, by its name in the language. */
import { collectionAggregates } from "./collections.ts";
import type { AggregateTable } from "./define.ts";
import { numberAggregates } from "./numbers.ts";
import { sketchAggregates } from "./sketches.ts";

export const aggregates: AggregateTable = {
  ...collectionAggregates,
  ...numberAggregates,
  ...sketchAggregates,
};
