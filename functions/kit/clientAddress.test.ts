import { expect, test } from "vitest";

import { clientAddress } from "./clientAddress.ts";

const headers = (value: string | null) => ({ get: () => value });

// Whatever the client writes itself stands to the left of what our own front end saw: believing it would open every
// key that is bound to a network.
test.each([
  ["203.0.113.7:51234", 1, "203.0.113.7"],
  ["10.0.0.1, 203.0.113.7:51234", 1, "203.0.113.7"],
  ["10.0.0.1, 203.0.113.7, 198.51.100.4:443", 2, "203.0.113.7"],
  ["[2001:db8::1]:51234", 1, "2001:db8::1"],
  ["2001:db8::1", 1, "2001:db8::1"],
  ["203.0.113.7", 1, "203.0.113.7"],
  ["", 1, undefined],
  ["10.0.0.1, ", 1, undefined],
  ["203.0.113.7", 2, undefined],
  [null, 1, undefined],
])("%s behind %i of our proxies is %s", (header, proxies, address) => {
  expect(clientAddress(headers(header), proxies)).toBe(address);
});
