/** The range that is offered follows the product's clock, which the local run can move. */
import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";

import { ApiClient } from "../../api/client.ts";
import { ConnectionProvider } from "../../api/context.ts";
import { makeQueryClient } from "../../app/queryClient.ts";
import { ClockProvider } from "../../components/clock.tsx";
import { resetPage } from "../../testing/renderPage.tsx";
import { RedeliverRange } from "./RedeliverRange.tsx";

const DAY_MS = 86_400_000;
const TOKENS = { token: async () => "a-token", renewed: async () => "a-token" };

beforeEach(resetPage);

function shown(label: string): number {
  const input = screen.getByLabelText(label);
  return input instanceof HTMLInputElement ? Date.parse(`${input.value}Z`) : Number.NaN;
}

// After the clock was advanced by a month, what failed lies behind the end of a range by the browser's own.
test("the range lies around the product's time", () => {
  const offsetMs = 400 * DAY_MS;
  const productMs = Date.now() + offsetMs;
  render(
    <FluentProvider theme={webLightTheme}>
      <ConnectionProvider value={{ api: new ApiClient(TOKENS, "", fetch) }}>
        <QueryClientProvider client={makeQueryClient()}>
          <ClockProvider offsetMs={offsetMs}>
            <RedeliverRange webhook={undefined} />
          </ClockProvider>
        </QueryClientProvider>
      </ConnectionProvider>
    </FluentProvider>,
  );
  expect(Math.abs(shown("Failed from (UTC)") + DAY_MS - productMs)).toBeLessThan(10 * 60_000);
  expect(Math.abs(shown("to (UTC)") - DAY_MS - productMs)).toBeLessThan(10 * 60_000);
});
