/** Renders the signed-in page at an address, against the API in memory. */
import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory } from "@tanstack/react-router";
import { cleanup, configure, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";

import { ApiClient } from "../api/client.ts";
import { ConnectionProvider } from "../api/context.ts";
import { makeQueryClient } from "../app/queryClient.ts";
import { SignedIn } from "../app/SignedIn.tsx";
import type { FakeApi } from "./fakeApi.ts";

const TOKENS = { token: async () => "a-token", renewed: async () => "a-token" };
/** How long `findBy…` and `waitFor` look; a page takes seconds to render on a machine that is busy. */
const LOOK_MS = 30_000;
/** Enough for every row of a test to be in view. */
const VIEW_PX = 2_000;

configure({ asyncUtilTimeout: LOOK_MS });

/** Takes away what the test before left; the document there has no size, so it is given one. */
export function resetPage(): void {
  cleanup();
  sessionStorage.clear();
  localStorage.clear();
  const px = { configurable: true, get: () => VIEW_PX };
  Object.defineProperties(HTMLElement.prototype, { clientHeight: px, clientWidth: px });
}

export function renderPage(fake: FakeApi, address: string) {
  const history = createMemoryHistory({ initialEntries: [address] });
  const connection = { api: new ApiClient(TOKENS, "", fake.fetch) };
  const cache = makeQueryClient();
  render(
    <FluentProvider theme={webLightTheme}>
      <ConnectionProvider value={connection}>
        <QueryClientProvider client={cache}>
          <SignedIn history={history} />
        </QueryClientProvider>
      </ConnectionProvider>
    </FluentProvider>,
  );
  return {
    user: userEvent.setup(),
    cache,
    /** Path and query of the page's address. */
    address: () => history.location.href,
  };
}
