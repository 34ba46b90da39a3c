/** Every paged list asks for its pages alike: without a cursor first, then with the one it was given, until there is none. */
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";

import { ApiClient } from "./client.ts";
import { type Page, pagesOf, paramsOf } from "./pages.ts";

const TOKENS = { token: async () => "token", renewed: async () => "token" };

// An empty cursor is refused by the API, and a null that is taken for one would read the first page for ever.
test("pages follow one another to the last, each with what narrows the list", async () => {
  const asked: string[] = [];
  const replies: Page<number>[] = [
    { items: [1], next_cursor: "a&b" },
    { items: [2], next_cursor: null },
  ];
  const api = new ApiClient(TOKENS, "", async (url) => {
    asked.push(url);
    return Response.json(replies.shift());
  });
  const params = paramsOf({ limit: "1", status: undefined, action: "" });
  const pages = pagesOf<Page<number>>(api, "/api/list", params);
  const read = await new QueryClient().fetchInfiniteQuery({
    queryKey: ["list"],
    ...pages,
    pages: 9,
  });
  expect(read.pages.flatMap(({ items }) => items)).toEqual([1, 2]);
  expect(asked).toEqual(["/api/list?limit=1", "/api/list?limit=1&cursor=a%26b"]);
});
