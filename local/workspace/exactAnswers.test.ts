/** Values on their way from the wire of Log Analytics through the adapter. */
import { expect, test } from "vitest";

import { createTenantHttpClient } from "./tenantHttpClient.ts";
import { lastDays, testClock, testProvider, testSiem, testTenant } from "./testTenant.ts";

const clock = testClock();
const tenant = testTenant(clock);
const siem = testSiem(clock, createTenantHttpClient([tenant]));
const provider = await testProvider(tenant);

const rowsOf = async (kql: string) =>
  await siem.query(provider, {
    kql,
    timespan: lastDays(clock, 1),
    maxRows: 10,
    timeoutMs: 30_000,
  });

// A file's id that is rounded names another file; two sign-ins in one millisecond lose their order.
test("longs and datetimes keep every digit, in columns and in dynamics", async () => {
  const { columns, rows } = await rowsOf(
    `print Long = 9007199254740993, Least = -9223372036854775807, Small = 42, Time = datetime(2026-06-01 10:00:00.1234567),
       Bag = dynamic({"id": 9007199254740993, "list": [1, -9007199254740995], "text": "9007199254740993"}),
       Real = real(1e17), Nan = real(nan), Flag = true, None = datetime(null), Text = "0012", Span = 26h, Fraction = 0.1234567890123456`,
  );
  expect(columns.slice(0, 5)).toEqual([
    { name: "Long", type: "long" },
    { name: "Least", type: "long" },
    { name: "Small", type: "long" },
    { name: "Time", type: "datetime" },
    { name: "Bag", type: "dynamic" },
  ]);
  expect(rows).toEqual([
    [
      "9007199254740993",
      "-9223372036854775807",
      42,
      "2026-06-01T10:00:00.1234567Z",
      { id: "9007199254740993", list: [1, "-9007199254740995"], text: "9007199254740993" },
      1e17,
      "NaN",
      true,
      null,
      "0012",
      "1.02:00:00",
      0.1234567890123456,
    ],
  ]);
});

// Answers are told apart by their requests: mixed up, one query would show another one's rows.
test("queries that run at once each get their own rows", async () => {
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  const results = await Promise.all(numbers.map((n) => rowsOf(`print N = ${n}`)));
  expect(results.map(({ rows }) => rows)).toEqual(numbers.map((n) => [[n]]));
});
