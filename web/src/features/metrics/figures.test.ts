/** Figures never say more than they know. */
import { expect, test } from "vitest";

import { costWords, lengthWords, shareWords } from "./figures.tsx";

// Zero per cent of nothing, or nought dollars of an unknown price, would be a lie.
test("nothing counted is not measured, and an unknown cost is unknown", () => {
  expect(shareWords({ state: "not_measured", of: 0 })).toBe("not measured");
  const measured = { state: "measured", value: 0.8, count: 8, of: 10, low: 0.49, high: 0.943 };
  expect(shareWords({ ...measured, state: "measured" })).toBe("80 % (8 of 10, 49 % to 94 %)");
  const none = { usd: null, measured: 0, estimated: 0, unknown: 0, none: 0 };
  expect(costWords(none)).toBe("not measured");
  expect(costWords({ ...none, none: 4 })).toBe("no model was asked");
  expect(costWords({ ...none, unknown: 2 })).toBe("unknown (2 unknown)");
  expect(costWords({ ...none, usd: 1.236, measured: 3, unknown: 1 })).toBe(
    "$1.24 (3 measured, 1 unknown)",
  );
});

test("lengths are in the largest unit that is at least one", () => {
  expect([900, 61_000, 9_000_000, 200_000_000].map(lengthWords)).toEqual([
    "900 ms",
    "1 min",
    "2.5 h",
    "2.3 d",
  ]);
});
