/** Lists that the API gives page by page: how the next page is asked for. */
import type { ApiClient } from "./client.ts";

/** One page; `next_cursor` is null on the last one. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** What narrows a list, by the API's names; what is empty or undefined does not. */
type Choice = Readonly<Record<string, string | undefined>>;

export const paramsOf = (choice: Choice): URLSearchParams =>
  new URLSearchParams(
    Object.entries(choice).flatMap(([name, value]): [string, string][] =>
      value === undefined || value === "" ? [] : [[name, value]],
    ),
  );

/** The part of an infinite query that reads page after page of `path`, which has no query of its own. */
export const pagesOf = <Read extends Pick<Page<unknown>, "next_cursor">>(
  api: ApiClient,
  path: string,
  params: URLSearchParams,
) => ({
  initialPageParam: "",
  queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string }) => {
    const query = new URLSearchParams(params);
    if (pageParam !== "") query.set("cursor", pageParam);
    return api.read<Read>(`${path}?${query}`, { signal });
  },
  getNextPageParam: ({ next_cursor }: Read) => next_cursor,
});
