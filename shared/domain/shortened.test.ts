import * as fc from "fast-check";
import { expect, test } from "vitest";

import { anyText } from "../testing/anyText.ts";
import { shortened } from "./shortened.ts";

// Half of a character is no valid Unicode: chats refuse the whole message, at each of its attempts.
test("what is cut is short enough, begins as the text does, and has no half characters", () => {
  fc.assert(
    fc.property(anyText(), fc.integer({ min: 1, max: 12 }), (text, most) => {
      const short = shortened(text, most);
      const cut = `${text.slice(0, short.length - 1)}…`;
      expect(short).toBe(text.length <= most ? text : cut);
      expect(short.length).toBeLessThanOrEqual(most);
      expect(short.length).toBeGreaterThanOrEqual(Math.min(text.length, most - 1));
      expect(short).not.toMatch(/[\uD800-\uDFFF]/u);
    }),
    { examples: [["ab😀cd", 4]], numRuns: 200 },
  );
});
