/** Functions of arrays and bags. */
import { compareValues, keyOf } from "../compare.ts";
import { asElement, dynamicText, isInt64, toText } from "../convert.ts";
import { add } from "../int64.ts";
import { stringifyJson } from "../json.ts";
import { type Dynamic, type DynamicBag, type KqlValue, isBag } from "../values.ts";
import { type FunctionTable, type ScalarFunction, onDynamics } from "./define.ts";

/** Sets a property as data, whatever its name is. */
function put(bag: DynamicBag, name: string, value: Dynamic): void {
  Object.defineProperty(bag, name, { value, enumerable: true, configurable: true, writable: true });
}

const bagPack: ScalarFunction =
  (call) =>
  (...values) => {
    const bag: DynamicBag = {};
    for (let i = 0; i + 1 < values.length; i += 2)
      put(
        bag,
        toText(values[i] ?? "", call.types[i] ?? "string"),
        asElement(values[i + 1] ?? null, call.types[i + 1] ?? "dynamic"),
      );
    return bag;
  };

const packArray: ScalarFunction =
  (call) =>
  (...values) =>
    values.map((value, i) => asElement(value, call.types[i] ?? "dynamic"));

/** The first bag to name a property keeps it. */
function bagMerge(...bags: Dynamic[]): Dynamic {
  const merged: DynamicBag = {};
  const present = bags.filter(isBag);
  for (const bag of present)
    for (const [name, value] of Object.entries(bag))
      if (!Object.hasOwn(merged, name)) put(merged, name, value);
  return present.length === 0 ? null : merged;
}

const array = (apply: (list: Dynamic[], ...rest: Dynamic[]) => KqlValue): ScalarFunction =>
  onDynamics((list = null, ...rest) => (Array.isArray(list) ? apply(list, ...rest) : null));

function slice(list: Dynamic[], from: Dynamic = 0, to: Dynamic = -1): Dynamic {
  const at = (index: Dynamic): number =>
    Number(index) < 0 ? list.length + Number(index) : Number(index);
  return list.slice(Math.max(0, at(from)), Math.max(0, at(to) + 1));
}

function rotate(list: Dynamic[], by: Dynamic = 0): Dynamic {
  if (list.length === 0) return list;
  const count = ((Number(by) % list.length) + list.length) % list.length;
  return [...list.slice(count), ...list.slice(0, count)];
}

function shift(list: Dynamic[], by: number, fill: Dynamic = null): Dynamic {
  const count = Math.min(Math.abs(by), list.length);
  const filler = Array<Dynamic>(count).fill(fill);
  return by >= 0
    ? [...list.slice(count), ...filler]
    : [...filler, ...list.slice(0, list.length - count)];
}

function unique(list: readonly Dynamic[]): Dynamic[] {
  const seen = new Map(list.toReversed().map((item) => [keyOf(item), item]));
  return [...seen.values()].toReversed();
}

const keysOf = (list: Dynamic): Set<unknown> => new Set(Array.isArray(list) ? list.map(keyOf) : []);

const sortArray = (direction: 1 | -1): ScalarFunction =>
  onDynamics((list = null) => {
    if (!Array.isArray(list)) return null;
    return list.toSorted((a, b) => {
      if (a === null || b === null) return Number(a === null) - Number(b === null);
      return direction * compareValues(a, b);
    });
  });

/** Keys of a bag and of what it holds, as paths. */
function treePaths(value: Dynamic, path: string): string[] {
  const own = path === "" ? [] : [path];
  if (Array.isArray(value))
    return [...own, ...value.slice(0, 1).flatMap((item) => treePaths(item, `${path}[0]`))];
  if (!isBag(value)) return own;
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, item]) => treePaths(item, `${path}['${name}']`)),
  ];
}

const range: ScalarFunction =
  (call) =>
  (from = null, to = null, step = null) => {
    if (!isInt64(from) || !isInt64(to)) return null;
    const size = isInt64(step) ? step : call.types[0] === "datetime" ? 36_000_000_000 : 1;
    const list: Dynamic[] = [];
    if (Number(size) === 0) return null;
    const isReal = call.types.includes("real");
    for (
      let value = from;
      size > 0 ? value <= to : value >= to;
      value = isReal ? Number(value) + Number(size) : add(value, size)
    ) {
      list.push(asElement(value, call.types[0] ?? "long"));
      if (list.length >= 1_048_576) break;
    }
    return list;
  };

const bagRemove = (bag: Dynamic, keys: Dynamic): Dynamic => {
  if (!isBag(bag) || !Array.isArray(keys)) return bag;
  const removed = new Set(keys.map(dynamicText));
  return Object.fromEntries(Object.entries(bag).filter(([name]) => !removed.has(name)));
};

const sorted = (value: Dynamic): Dynamic => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isBag(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((name) => [name, sorted(value[name] ?? null)]),
  );
};

/** By item: the one or the other value, by position where that is a list. */
const arrayIff = array((list, yes = null, no = null) =>
  list.map((test, i) => {
    const chosen = test === true ? yes : no;
    return Array.isArray(chosen) ? (chosen[i] ?? null) : chosen;
  }),
);

export const dynamicFunctions: FunctionTable = {
  bag_pack: bagPack,
  pack: bagPack,
  pack_dictionary: bagPack,
  pack_array: packArray,
  bag_merge: onDynamics(bagMerge),
  bag_keys: onDynamics((bag = null) => (isBag(bag) ? Object.keys(bag) : null)),
  bag_has_key: onDynamics(
    (bag = null, key = "") => isBag(bag) && Object.hasOwn(bag, dynamicText(key)),
  ),
  bag_remove_keys: onDynamics((bag = null, keys = null) => bagRemove(bag, keys)),
  bag_set_key: onDynamics((bag = null, key = "", value = null) =>
    isBag(bag) ? { ...bag, [dynamicText(key)]: value } : null,
  ),
  bag_zip: onDynamics((keys = null, values = null) =>
    Array.isArray(keys) && Array.isArray(values)
      ? Object.fromEntries(keys.map((key, i) => [dynamicText(key), values[i] ?? null]))
      : null,
  ),
  treepath: onDynamics((value = null) => treePaths(value, "")),
  array_length: array((list) => list.length),
  arraylength: array((list) => list.length),
  array_concat: onDynamics((...lists) => {
    const present = lists.filter((list) => Array.isArray(list));
    return present.length === 0 ? null : present.flat(1);
  }),
  array_slice: array(slice),
  array_split: array((list, at = 0) => {
    const cuts = (Array.isArray(at) ? at : [at]).map((cut) =>
      Number(cut) < 0 ? list.length + Number(cut) : Number(cut),
    );
    return [0, ...cuts].map((from, i) => list.slice(from, cuts[i] ?? list.length));
  }),
  array_reverse: array((list) => list.toReversed()),
  array_rotate_left: array(rotate),
  array_rotate_right: array((list, by = 0) => rotate(list, -Number(by))),
  array_shift_left: array((list, by = 0, fill = null) => shift(list, Number(by), fill)),
  array_shift_right: array((list, by = 0, fill = null) => shift(list, -Number(by), fill)),
  array_index_of: array((list, sought = null) =>
    list.findIndex((item) => keyOf(item) === keyOf(sought)),
  ),
  array_sum: array((list) =>
    list.length === 0
      ? null
      : list.reduce<number>((sum, item) => sum + (isInt64(item) ? Number(item) : 0), 0),
  ),
  array_iff: arrayIff,
  array_iif: arrayIff,
  array_sort_asc: sortArray(1),
  array_sort_desc: sortArray(-1),
  set_union: onDynamics((...lists) => unique(lists.filter((list) => Array.isArray(list)).flat(1))),
  set_intersect: onDynamics((first = null, ...others) => {
    if (!Array.isArray(first)) return null;
    const sets = others.map(keysOf);
    return unique(first.filter((item) => sets.every((set) => set.has(keyOf(item)))));
  }),
  set_difference: onDynamics((first = null, ...others) => {
    if (!Array.isArray(first)) return null;
    const sets = others.map(keysOf);
    return unique(first.filter((item) => !sets.some((set) => set.has(keyOf(item)))));
  }),
  set_has_element: onDynamics((list = null, sought = null) =>
    Array.isArray(list) ? keysOf(list).has(keyOf(sought)) : null,
  ),
  strcat_array: onDynamics((list = null, delimiter = "") =>
    Array.isArray(list) ? list.map(dynamicText).join(dynamicText(delimiter)) : "",
  ),
  dynamic_to_json: onDynamics((value = null) => stringifyJson(sorted(value))),
  zip: onDynamics((...lists) => {
    const present = lists.map((list) => (Array.isArray(list) ? list : []));
    const length = Math.max(0, ...present.map((list) => list.length));
    return Array.from({ length }, (_, i) => present.map((list) => list[i] ?? null));
  }),
  repeat:
    (call) =>
    (value = null, times = 0) =>
      Array(Math.max(0, Math.min(1_048_576, Number(times)))).fill(
        asElement(value, call.types[0] ?? "dynamic"),
      ),
  range,
};
