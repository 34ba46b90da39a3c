/** Random documents, filters and ordering values that reach for every difference between stores. */
import * as fc from "fast-check";

import type { Filter } from "../ports/documentStore.ts";
import type { Json, JsonObject } from "../schemas/json.ts";

/** Indexed fields, fields that are not, a nested one, and names that SQL could trip over. */
const FIELDS = [
  "severity",
  "tags",
  "number",
  "local_status",
  "note",
  "owner.email",
  "order",
  "select",
];

const texts = fc.constantFrom(
  "",
  "a",
  "A",
  "ab",
  "b",
  "Abc",
  "b'; DROP TABLE x --",
  '"quoted"',
  "100%_",
  '["a"]',
  "true",
  "1",
  "é",
  "É",
  "日本",
  "\u{1F600}",
  "\uFFEE",
  "nul\u0000byte",
);
const numbers = fc.constantFrom(0, 1, -1, 1.5, 2 ** 53, 1e300, 4611686018427387904, -0.25);
const scalars = fc.oneof(texts, numbers, fc.boolean(), fc.constant(null));
const values: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: scalars },
  { weight: 1, arbitrary: fc.array(scalars, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("a", "email"), scalars) },
);

/** The free fields of a document; the caller adds id and partition key. */
export const documentFields: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      severity: values,
      tags: values,
      number: values,
      local_status: values,
      note: values,
      owner: fc.oneof(values, fc.record({ email: values })),
      order: values,
      select: values,
    },
    { requiredKeys: [] },
  )
  .map((fields) => ({ ...fields }));

const field = fc.constantFrom(...FIELDS);
const textOrNumber = fc.oneof(texts, numbers);
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ op: fc.constant("eq" as const), field, value: scalars }),
  fc.record({
    op: fc.constant("in" as const),
    field,
    values: fc.array(textOrNumber, { maxLength: 3 }),
  }),
  fc.record({ op: fc.constant("range" as const), field, from: texts, to: texts }),
  fc.record({ op: fc.constant("range" as const), field, from: numbers, to: numbers }),
  fc.record({ op: fc.constant("range" as const), field, from: textOrNumber }),
  fc.record({ op: fc.constant("range" as const), field, to: textOrNumber }),
  fc.record({ op: fc.constant("prefix" as const), field, value: texts }),
  fc.record({ op: fc.constant("text" as const), field, value: texts }),
  fc.record({ op: fc.constant("contains" as const), field, value: textOrNumber }),
  fc.record({ op: fc.constant("exists" as const), field, exists: fc.boolean() }),
);

/** Filter trees up to three levels deep, empty `and` and `or` included. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({
      op: fc.constantFrom("and" as const, "or" as const),
      filters: fc.array(tie("filter"), { maxLength: 3 }),
    }),
    fc.record({ op: fc.constant("not" as const), filter: tie("filter") }),
  ),
})).filter;

/** What an ordering field may hold: texts, numbers, and what leaves the document out. */
export const orderValues: fc.Arbitrary<Json | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("a", "b", "c", "\u{1F600}", "\uFFEE", 1, 2, 2.5) },
  { weight: 1, arbitrary: fc.constantFrom<Json | undefined>(null, true, ["a"], undefined) },
);
