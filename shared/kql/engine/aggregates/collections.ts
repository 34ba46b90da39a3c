/** Aggregates that collect values. */
import { keyOf } from "../compare.ts";
import { absentOf, asElement } from "../convert.ts";
import { type Dynamic, type DynamicBag, type KqlValue, isBag } from "../values.ts";
import { type Aggregate, type AggregateTable, argumentOf, conditional } from "./define.ts";

const COLLECTION_MAX = 1_048_576;

const limitOf = (value: KqlValue | undefined): number =>
  typeof value === "number" ? value : COLLECTION_MAX;

/** Nulls stay out; arrays are merged into the list item by item. */
const makeList: Aggregate = (call) => {
  const at = argumentOf(call, 0);
  const limit = limitOf(call.constant(1));
  return () => {
    const list: Dynamic[] = [];
    return {
      add: (row) => {
        const value = at(row);
        if (Array.isArray(value)) list.push(...value.slice(0, limit - list.length));
        else if (value !== null && list.length < limit)
          list.push(asElement(value, call.types[0] ?? "dynamic"));
      },
      value: () => list,
    };
  };
};

/** Arrays are merged into the set item by item. */
const makeSet: Aggregate = (call) => {
  const at = argumentOf(call, 0);
  const limit = limitOf(call.constant(1));
  return () => {
    const set = new Map<unknown, Dynamic>();
    const put = (item: Dynamic): void => {
      const key = keyOf(item);
      if (item !== null && set.size < limit && !set.has(key)) set.set(key, item);
    };
    return {
      add: (row) => {
        const value = at(row);
        if (Array.isArray(value)) value.forEach(put);
        else if (value !== null) put(asElement(value, call.types[0] ?? "dynamic"));
      },
      value: () => [...set.values()],
    };
  };
};

/** The first bag to name a property keeps it. */
const makeBag: Aggregate = (call) => {
  const at = argumentOf(call, 0);
  return () => {
    const bag: DynamicBag = {};
    return {
      add: (row) => {
        const value = at(row);
        if (!isBag(value)) return;
        for (const [name, item] of Object.entries(value))
          if (!Object.hasOwn(bag, name))
            Object.defineProperty(bag, name, {
              value: item,
              enumerable: true,
              configurable: true,
              writable: true,
            });
      },
      value: () => bag,
    };
  };
};

/** Prefers a value that is not null or empty. */
const takeAny: Aggregate = (call) => {
  const at = argumentOf(call, 0);
  const absent = absentOf(call.types[0] ?? "dynamic");
  return () => {
    let found: KqlValue = absent;
    return {
      add: (row) => {
        if (found === absent) found = at(row);
      },
      value: () => found,
    };
  };
};

const listWithNulls: Aggregate = (call) => {
  const at = argumentOf(call, 0);
  return () => {
    const list: Dynamic[] = [];
    return {
      add: (row) => {
        list.push(asElement(at(row), call.types[0] ?? "dynamic"));
      },
      value: () => list,
    };
  };
};

export const collectionAggregates: AggregateTable = {
  make_list: makeList,
  makelist: makeList,
  make_list_if: conditional(makeList, 1),
  make_list_with_nulls: listWithNulls,
  make_set: makeSet,
  makeset: makeSet,
  make_set_if: conditional(makeSet, 1),
  make_bag: makeBag,
  make_dictionary: makeBag,
  make_bag_if: conditional(makeBag, 1),
  take_any: takeAny,
  any: takeAny,
  anyif: conditional(takeAny, 1),
  take_anyif: conditional(takeAny, 1),
};
